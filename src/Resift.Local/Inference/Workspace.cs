using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The buffers of one thread for batches up to a number of tokens: everything that a forward pass writes.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>Rows whose intermediate results stay in the second-level cache; a multiple of the tile's rows.</summary>
    public const int BlockRows = 264;

    /// <summary>Columns of the feed-forward layer's inner width that are computed and used up together.</summary>
    public const int BlockColumns = 384;

    public Workspace(EncoderShape shape, Kernels kernels, int maxTokens)
    {
        int panel = kernels.PanelWidth;
        MaxTokens = maxTokens;
        Offsets = new int[maxTokens + 1];
        // One distance between rows for all that a row of hidden states is written to, and what attention gives may be wider.
        int width = Math.Max(shape.HiddenSize, shape.Attention.QueryWidth);
        Hidden = new(maxTokens, width, panel);
        Projections = new(maxTokens, shape.Attention.QueryWidth + (2 * shape.Attention.KeyWidth), panel);
        Context = new(maxTokens, width, panel);
        Inner = new(BlockRows, BlockColumns, panel);
        Gate = new(BlockRows, panel, panel);
        Outer = new(BlockRows, Math.Max(width, shape.IntermediateSize), panel);
        Nested = new(BlockRows, BlockColumns, panel);
        Pooled = new(maxTokens, width, panel);
        Embedded = new(shape.EmbeddingSize == shape.HiddenSize ? 0 : maxTokens, shape.EmbeddingSize, panel);
        Scratch = new(kernels.AttentionScratch(Math.Min(maxTokens, shape.MaxPositions), shape.Attention));
    }

    /// <summary>Gets the most tokens of a batch.</summary>
    public int MaxTokens { get; }

    /// <summary>Gets where each sequence of the batch begins, and where the last one ends.</summary>
    public int[] Offsets { get; }

    public RowBuffer Hidden { get; }

    public RowBuffer Projections { get; }

    public RowBuffer Context { get; }

    public RowBuffer Inner { get; }

    /// <summary>Gets one panel of what a gated feed-forward layer multiplies with.</summary>
    public RowBuffer Gate { get; }

    /// <summary>Gets what layers over the hidden state write besides their result.</summary>
    public LinearBuffers Outer { get; }

    /// <summary>Gets the same of the feed-forward part's second layer, which runs while the input of its first is still needed.</summary>
    public LinearBuffers Nested { get; }

    /// <summary>Gets a row for each sequence: its mean, or the one token that alone goes through the last layer.</summary>
    public RowBuffer Pooled { get; }

    public RowBuffer Embedded { get; }

    public NativeBuffer Scratch { get; }

    /// <summary>Gets or sets what measures the phases of a forward pass; null for nothing.</summary>
    public PhaseClock? Clock { get; set; }

    public void Dispose()
    {
        Hidden.Dispose();
        Projections.Dispose();
        Context.Dispose();
        Inner.Dispose();
        Gate.Dispose();
        Outer.Dispose();
        Nested.Dispose();
        Pooled.Dispose();
        Embedded.Dispose();
        Scratch.Dispose();
    }
}

/// <summary>The sizes that a forward pass needs.</summary>
internal sealed record EncoderShape(int HiddenSize, int EmbeddingSize, int IntermediateSize, int MaxPositions, AttentionShape Attention)
{
    public static EncoderShape Create(EncoderConfig config, AttentionShape attention) => new(
        config.HiddenSize,
        config.EmbeddingSize,
        config.IntermediateSize,
        config.MaxPositions,
        attention);

    public static AttentionShape HeadsOf(EncoderConfig config) =>
        new(config.Heads, config.HeadSize) { HeadsPerKey = config.Heads / config.KeyHeads };
}
