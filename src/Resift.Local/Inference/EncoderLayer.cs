using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The packed weights of one transformer layer.</summary>
internal sealed class EncoderLayer : IDisposable
{
    /// <summary>Packs a layer.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="layout">What the layer is made from.</param>
    /// <param name="isSplit">Whether queries may be asked for without keys and values.</param>
    /// <param name="weights">The model's weights.</param>
    /// <param name="kernels">The kernels that will read them.</param>
    /// <param name="choice">What weights are kept as.</param>
    /// <param name="bias">What is added to scores by distance; null for nothing.</param>
    /// <param name="positions">The relative positions of a layer that has some.</param>
    public EncoderLayer(
        EncoderConfig config, LayerLayout layout, bool isSplit, WeightStore weights, Kernels kernels, WeightChoice choice,
        AttentionBias? bias, RelativePositions? positions)
    {
        int panelWidth = kernels.PanelWidth;
        NormsFirst = layout.NormsFirst;
        RotaryBase = layout.RotaryBase;
        Attention = EncoderShape.HeadsOf(config) with
        {
            Bias = bias,
            Window = layout.Window,
            IsCausal = layout.IsCausal,
        };
        float factor = (float)(Math.Log2(Math.E) / (layout.ScoreDivisor ?? Math.Sqrt(Attention.HeadSize)));
        if (layout.Relative is { } relative)
        {
            Attention = Attention with { Relative = new(positions!, relative, factor, weights, config.Heads, kernels) };
        }

        QueryNorm = layout.QueryNorm is { } queryNorm ? new(weights, queryNorm, config.LayerNormEpsilon, panelWidth) : null;
        KeyNorm = layout.KeyNorm is { } keyNorm ? new(weights, keyNorm, config.LayerNormEpsilon, panelWidth) : null;

        // A norm of the queries would undo a factor before it.
        QueryNorm?.Scale(factor);
        var query = PackedLinear.Part(weights, layout.Query, QueryNorm is null ? factor : 1);
        var key = PackedLinear.Part(weights, layout.Key);
        var value = PackedLinear.Part(weights, layout.Value);
        if (isSplit)
        {
            Query = PackedLinear.Pack(panelWidth, choice, query);
            KeyValue = PackedLinear.Pack(panelWidth, choice, key, value);
        }
        else
        {
            QueryKeyValue = PackedLinear.Pack(panelWidth, choice, query, key, value);
        }

        AttentionOutput = PackedLinear.Pack(panelWidth, choice, weights, layout.AttentionOutput);
        AttentionNorm = layout.AttentionNorm is { } norm ? new(weights, norm, config.LayerNormEpsilon, panelWidth) : null;
        Gate = layout.Gate is { } gate ? PackedLinear.Pack(panelWidth, choice, weights, gate) : null;
        Up = PackedLinear.Pack(panelWidth, choice, weights, layout.Up);
        Down = PackedLinear.Pack(panelWidth, choice, weights, layout.Down);
        FeedForwardNorm = new(weights, layout.FeedForwardNorm, config.LayerNormEpsilon, panelWidth);
    }

    /// <summary>Gets a value indicating whether norms go before attention and feed-forward part, not behind their residuals.</summary>
    public bool NormsFirst { get; }

    public AttentionShape Attention { get; }

    /// <summary>Gets the base of the angles by which queries and keys are rotated; null for no rotation.</summary>
    public float? RotaryBase { get; }

    /// <summary>Gets the normalisation of each head of the queries; null for none.</summary>
    public LayerNorm? QueryNorm { get; }

    /// <summary>Gets the normalisation of each head of the keys; null for none.</summary>
    public LayerNorm? KeyNorm { get; }

    /// <summary>Gets the normalisation of what is projected; null for none.</summary>
    public LayerNorm? InputNorm => NormsFirst ? AttentionNorm : null;

    /// <summary>Gets the three projections side by side; null where they are split.</summary>
    public PackedLinear? QueryKeyValue { get; }

    /// <summary>Gets the query projection where they are split.</summary>
    public PackedLinear? Query { get; }

    /// <summary>Gets the key and value projections where they are split.</summary>
    public PackedLinear? KeyValue { get; }

    public PackedLinear AttentionOutput { get; }

    public LayerNorm? AttentionNorm { get; }

    public PackedLinear Up { get; }

    /// <summary>Gets what the activated <see cref="Up"/> is multiplied with; null for nothing.</summary>
    public PackedLinear? Gate { get; }

    public PackedLinear Down { get; }

    public LayerNorm FeedForwardNorm { get; }

    public void Dispose()
    {
        Attention.Relative?.Dispose();
        QueryKeyValue?.Dispose();
        Query?.Dispose();
        KeyValue?.Dispose();
        AttentionOutput.Dispose();
        AttentionNorm?.Dispose();
        Up.Dispose();
        Down.Dispose();
        FeedForwardNorm.Dispose();
        Gate?.Dispose();
        QueryNorm?.Dispose();
        KeyNorm?.Dispose();
    }
}
