using Microsoft.ML.OnnxRuntime;

namespace Resift.Benchmarks;

/// <summary>Everything about a way to run ONNX Runtime that a well-informed user would try. The defaults are ONNX Runtime's own.</summary>
/// <param name="Graph">The path of the graph.</param>
/// <param name="Batching">How pairs become batches.</param>
/// <param name="Workers">How many batches run at once.</param>
/// <param name="IntraThreads">How many threads work on one batch.</param>
internal sealed record OrtSetting(string Graph, OrtBatching Batching, int Workers, int IntraThreads)
{
    /// <summary>Gets whether each worker has a session of its own, over shared prepacked weights, rather than all of them one.</summary>
    public bool SessionPerWorker { get; init; } = true;

    /// <summary>Gets whether the waiting threads of a session spin while a call is under way.</summary>
    public bool Spinning { get; init; } = true;

    /// <summary>Gets whether memory comes from ONNX Runtime's arena.</summary>
    public bool Arena { get; init; } = true;

    /// <summary>Gets whether the layout of memory is planned for shapes that were seen before.</summary>
    public bool MemoryPattern { get; init; } = true;

    /// <summary>Gets whether denormal numbers count as zero.</summary>
    public bool DenormalsAsZero { get; init; }

    /// <summary>Gets whether GELU may be replaced by its tanh formula.</summary>
    public bool GeluApproximation { get; init; }

    /// <summary>Gets how far the graph is optimised at load.</summary>
    public GraphOptimizationLevel Level { get; init; } = GraphOptimizationLevel.ORT_ENABLE_ALL;

    public override string ToString()
    {
        string[] differences =
        [
            .. SessionPerWorker || Workers == 1 ? (string[])[] : ["one session"],
            .. Spinning ? (string[])[] : ["no spinning"],
            .. Arena ? (string[])[] : ["no arena"],
            .. MemoryPattern ? (string[])[] : ["no memory pattern"],
            .. DenormalsAsZero ? (string[])["denormals as zero"] : [],
            .. GeluApproximation ? (string[])["tanh GELU"] : [],
            .. Level == GraphOptimizationLevel.ORT_ENABLE_ALL ? (string[])[] : [Level.ToString()],
        ];
        string graph = Path.GetFileName(Graph);
        return string.Join(", ", [graph, Batching.ToString(), $"{Workers} x {IntraThreads} threads", .. differences]);
    }
}
