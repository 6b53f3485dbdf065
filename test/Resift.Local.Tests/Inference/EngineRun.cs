using System.Reflection;
using System.Runtime.Intrinsics;
using Resift.Local.Inference;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Inference;

/// <summary>Runs a model folder on the kernels of one width, without tokenizer and queue.</summary>
internal static class EngineRun
{
    /// <summary>
    /// The widths that are tested: all where the hardware has 256 bits, and those that it has where it is told to have less. Wider ones
    /// work there too, but an operation at a time in software.
    /// </summary>
    public static readonly int[] Widths =
        Vector256.IsHardwareAccelerated ? [512, 256, 128, 32] : Vector128.IsHardwareAccelerated ? [128, 32] : [32];

    /// <summary>The words of models that answer in words, as the golden values have them.</summary>
    public const int Yes = 17;

    public const int No = 42;

    /// <summary>
    /// Gives the logits of each sequence of one batch, with weights as the files have them, and no integer arithmetic; of a model that
    /// answers in words, by how much yes is likelier.
    /// </summary>
    public static float[][] Logits(string folder, int vectorBits, params TokenSequence[] batch) =>
        Run(folder, vectorBits, default, relevant: null, batch);

    /// <summary>Gives the logits of each sequence of one batch, with a choice of weights.</summary>
    public static float[][] Logits(string folder, int vectorBits, WeightChoice choice, params TokenSequence[] batch) =>
        Run(folder, vectorBits, choice, relevant: null, batch);

    /// <summary>Gives the score of each sequence of one batch by one label of several.</summary>
    public static float[][] Scores(string folder, int vectorBits, int? relevant, params TokenSequence[] batch) =>
        Run(folder, vectorBits, default, relevant, batch);

    private static float[][] Run(string folder, int vectorBits, WeightChoice choice, int? relevant, TokenSequence[] batch)
    {
        var config = EncoderConfig.Load(folder);
        using var weights = WeightStore.Open(folder);
        var head = ModelCheck.Validate(config, weights);
        var layout = head.Words is { } words
            ? HeadLayout.OfWords(words, Yes, No)
            : config.Architecture.Head(config, head.Labels) with { Relevant = relevant };
        using var model = new CrossEncoderModel(config, weights, Kernels.For(vectorBits), layout, choice);
        return Run(model, batch);
    }

    /// <summary>Gives the vector of each sequence of one batch, not normalised.</summary>
    public static float[][] Vectors(string folder, int vectorBits, Pooling pooling, params TokenSequence[] batch)
    {
        var config = EncoderConfig.Load(folder);
        using var weights = WeightStore.Open(folder);
        var how = new PoolingConfig { Mode = pooling, Normalize = false };
        using var model = new EmbedderModel(config, weights, Kernels.For(vectorBits), how);
        return Run(model, batch);
    }

    private static float[][] Run(SequenceModel model, TokenSequence[] batch)
    {
        using var workspace = model.CreateWorkspace(batch.Sum(sequence => sequence.Length));
        Spoil(workspace);
        float[] output = new float[batch.Length * model.OutputSize];
        model.Run(batch, workspace, output);
        return [.. output.Chunk(model.OutputSize)];
    }

    /// <summary>Fills buffers with what is no number, as a text whose numbers a model could not hold leaves them.</summary>
    private static unsafe void Spoil(object buffers)
    {
        foreach (var field in buffers.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
        {
            switch (field.GetValue(buffers))
            {
                case NativeBuffer buffer:
                    new Span<float>(buffer.Pointer, checked((int)buffer.Length)).Fill(float.NaN);
                    break;
                case RowBuffer or LinearBuffers:
                    Spoil(field.GetValue(buffers)!);
                    break;
            }
        }
    }
}
