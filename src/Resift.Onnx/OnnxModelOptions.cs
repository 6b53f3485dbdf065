using Microsoft.ML.OnnxRuntime;

namespace Resift;

/// <summary>
/// How an ONNX model runs. The defaults suit the CPU; scores depend on <see cref="MaxTokens"/>, <see cref="RelevantLabel"/> and
/// <see cref="GraphFile"/>, and in their last digits on what a pair is computed with, and where.
/// </summary>
public sealed record OnnxModelOptions
{
    private const int MostRuns = 64;

    /// <summary>
    /// Gets the file with the graph, relative to the model's folder; null for <c>model.onnx</c> or else <c>onnx/model.onnx</c>.
    /// Repositories often have several precisions: <c>onnx/model_fp16.onnx</c> suits GPUs, <c>onnx/model_quantized.onnx</c> CPUs.
    /// </summary>
    public string? GraphFile { get; init; }

    /// <summary>
    /// Gets how many threads one batch is computed by on the CPU; null for an equal share of the processors that this process may use (a
    /// container's limit counts), which is 1 where <see cref="ConcurrentRuns"/> is null as well.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 1,024.</exception>
    public int? Threads
    {
        get;
        init => field = value is null or (>= 1 and <= 1024) ? value : throw new ArgumentOutOfRangeException(
            nameof(Threads), value, $"{nameof(Threads)} must be from 1 to 1,024; leave it null for a share of the processors.");
    }

    /// <summary>
    /// Gets how many batches are computed at once, of all calls together; null for as many as there are processors for, and 1 where
    /// <see cref="ConfigureSession"/> is set, as for a GPU. Every one needs memory of its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 64.</exception>
    public int? ConcurrentRuns
    {
        get;
        init => field = value is null or (>= 1 and <= MostRuns) ? value : throw new ArgumentOutOfRangeException(
            nameof(ConcurrentRuns), value, $"{nameof(ConcurrentRuns)} must be from 1 to {MostRuns}; leave it null for what suits the CPU.");
    }

    /// <summary>
    /// Gets how many tokens of a pair (or text) the model reads at most, special tokens counted; null for the least that its files state,
    /// and at most 8,192. More than the model has positions for is refused when it is loaded.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 8.</exception>
    public int? MaxTokens
    {
        get;
        init => field = AtLeast(8, value, nameof(MaxTokens), "the model's own limit");
    }

    /// <summary>
    /// Gets how many tokens a batch has, padding counted; null for 512, which suits the CPU. GPUs are faster with more (16,384 and up), as
    /// far as their memory goes. One pair is never split: the longest one is the least.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? BatchTokens
    {
        get;
        init => field = AtLeast(1, value, nameof(BatchTokens), "512");
    }

    /// <summary>
    /// Gets which label of a reranker with several means that a document is relevant, as <see cref="LocalModelOptions.RelevantLabel"/>.
    /// </summary>
    public string? RelevantLabel { get; init; }

    /// <summary>
    /// Gets what is done with the session's options before the graph is loaded; null for nothing. This is where an execution provider is
    /// appended, such as <c>options => options.AppendExecutionProvider_CUDA(0)</c>, whose native library the caller's own package brings.
    /// </summary>
    public Action<SessionOptions>? ConfigureSession { get; init; }

    /// <summary>Gets how many batches are computed at once.</summary>
    internal int Runs => ConcurrentRuns ??
        (ConfigureSession is null ? Math.Clamp(Environment.ProcessorCount / (Threads ?? 1), 1, MostRuns) : 1);

    /// <summary>Gets how many threads each of them has.</summary>
    internal int ThreadsPerRun => Threads ?? Math.Max(1, Environment.ProcessorCount / Runs);

    private static int? AtLeast(int minimum, int? value, string name, string otherwise) => value < minimum
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {minimum}; leave it null for {otherwise}.")
        : value;
}
