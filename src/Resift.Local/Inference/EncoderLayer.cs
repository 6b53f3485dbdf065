using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The packed weights of one transformer layer.</summary>
internal sealed class EncoderLayer : IDisposable
{
    /// <summary>Packs layer <paramref name="index"/>.</summary>
    public EncoderLayer(EncoderConfig config, WeightStore weights, int index, int panelWidth)
    {
        var layout = config.Architecture.Layer(config, index);
        float factor = (float)(Math.Log2(Math.E) / Math.Sqrt(config.HiddenSize / config.Heads));
        var query = PackedLinear.Part(weights, layout.Query, factor);
        var key = PackedLinear.Part(weights, layout.Key);
        var value = PackedLinear.Part(weights, layout.Value);
        if (index == config.Layers - 1)
        {
            // The last layer may be asked for the first tokens alone; then only keys and values are needed of the others.
            Query = PackedLinear.Pack(panelWidth, query);
            KeyValue = PackedLinear.Pack(panelWidth, key, value);
        }
        else
        {
            QueryKeyValue = PackedLinear.Pack(panelWidth, query, key, value);
        }

        AttentionOutput = PackedLinear.Pack(panelWidth, weights, layout.AttentionOutput);
        AttentionNorm = new(weights, layout.AttentionNorm, config.LayerNormEpsilon, panelWidth);
        Up = PackedLinear.Pack(panelWidth, weights, layout.Up);
        Down = PackedLinear.Pack(panelWidth, weights, layout.Down);
        OutputNorm = new(weights, layout.OutputNorm, config.LayerNormEpsilon, panelWidth);
    }

    /// <summary>Gets the three projections side by side; null in the last layer.</summary>
    public PackedLinear? QueryKeyValue { get; }

    /// <summary>Gets the query projection of the last layer.</summary>
    public PackedLinear? Query { get; }

    /// <summary>Gets the key and value projections of the last layer.</summary>
    public PackedLinear? KeyValue { get; }

    public PackedLinear AttentionOutput { get; }

    public LayerNorm AttentionNorm { get; }

    public PackedLinear Up { get; }

    public PackedLinear Down { get; }

    public LayerNorm OutputNorm { get; }

    public void Dispose()
    {
        QueryKeyValue?.Dispose();
        Query?.Dispose();
        KeyValue?.Dispose();
        AttentionOutput.Dispose();
        AttentionNorm.Dispose();
        Up.Dispose();
        Down.Dispose();
        OutputNorm.Dispose();
    }
}
