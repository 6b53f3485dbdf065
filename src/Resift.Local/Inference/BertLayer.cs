using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The packed weights of one transformer layer.</summary>
internal sealed class BertLayer : IDisposable
{
    /// <summary>Packs layer <paramref name="index"/>.</summary>
    public BertLayer(BertConfig config, WeightStore weights, int index, int panelWidth)
    {
        string prefix = $"encoder.layer.{index}.";
        int hidden = config.HiddenSize, inner = config.IntermediateSize;
        float factor = (float)(Math.Log2(Math.E) / Math.Sqrt(hidden / config.Heads));
        var query = Part("attention.self.query", hidden, hidden, factor);
        var key = Part("attention.self.key", hidden, hidden);
        var value = Part("attention.self.value", hidden, hidden);
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

        AttentionOutput = PackedLinear.Pack(panelWidth, Part("attention.output.dense", hidden, hidden));
        AttentionNorm = Norm("attention.output.LayerNorm");
        Up = PackedLinear.Pack(panelWidth, Part("intermediate.dense", inner, hidden));
        Down = PackedLinear.Pack(panelWidth, Part("output.dense", hidden, inner));
        OutputNorm = Norm("output.LayerNorm");

        (WeightTensor Weight, WeightTensor Bias, float Factor) Part(string name, int outputs, int inputs, float factor = 1) =>
            PackedLinear.Part(weights, prefix + name, outputs, inputs, factor);

        LayerNorm Norm(string name) => new(weights, prefix + name, hidden, config.LayerNormEpsilon, panelWidth);
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
