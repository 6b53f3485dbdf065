using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>The encoder with pooling over its tokens: one vector per sequence.</summary>
internal sealed unsafe class EmbedderModel(
    EncoderConfig config, WeightStore weights, Kernels kernels, PoolingConfig pooling, WeightChoice choice = default)
    : SequenceModel(new(config, weights, kernels, choice))
{
    /// <inheritdoc />
    public override int OutputSize => config.HiddenSize;

    /// <inheritdoc />
    public override void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Span<float> output)
    {
        var hidden = Encoder.Run(batch, workspace, pooling.Mode);
        int row = 0;
        for (int i = 0; i < batch.Length; i++)
        {
            var vector = output.Slice(i * OutputSize, OutputSize);
            int rows = pooling.Mode == Pooling.Mean ? batch[i].Length : 1;
            Mean(hidden, row, rows, vector);
            row += rows;
            if (pooling.Normalize)
            {
                UnitLength.Scale(vector);
            }
        }
    }
}
