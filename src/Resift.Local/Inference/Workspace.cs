using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The buffers of one thread for batches up to a number of tokens: everything that a forward pass writes.</summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>Rows whose intermediate results stay in the second-level cache; a multiple of the tile's rows.</summary>
    public const int BlockRows = 192;

    /// <summary>Columns of the feed-forward layer's inner width that are computed and used up together.</summary>
    public const int BlockColumns = 384;

    public Workspace(EncoderShape shape, Kernels kernels, int maxTokens)
    {
        int panel = kernels.PanelWidth;
        MaxTokens = maxTokens;
        Offsets = new int[maxTokens + 1];
        Hidden = new(maxTokens, shape.HiddenSize, panel);
        Projections = new(maxTokens, 3 * shape.HiddenSize, panel);
        Context = new(maxTokens, shape.HiddenSize, panel);
        Inner = new(BlockRows, BlockColumns, panel);
        Gate = new(BlockRows, panel, panel);
        First = new(maxTokens, shape.HiddenSize, panel);
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

    /// <summary>Gets the rows of each sequence's first token, which alone go through the last layer of a cross-encoder.</summary>
    public RowBuffer First { get; }

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
        First.Dispose();
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
}
