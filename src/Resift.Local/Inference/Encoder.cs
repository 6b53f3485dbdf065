using System.Runtime.ExceptionServices;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>
/// The forward pass of a transformer encoder (Vaswani et al. 2017) over a ragged batch: sequences lie one behind the other, without
/// padding, and only attention knows where one ends. What its parts are made from, the architecture of the configuration says.
/// </summary>
/// <remarks>
/// Weights are shared and read-only; everything that is written lies in the <see cref="Workspace"/> of the calling thread.
/// </remarks>
internal sealed unsafe class Encoder : IDisposable
{
    private readonly Kernels _kernels;
    private readonly EncoderShape _shape;
    private readonly HiddenActivation _activation;
    private readonly EncoderEmbeddings _embeddings;
    private readonly EncoderLayer[] _layers;
    private readonly AttentionBias? _bias;

    public Encoder(EncoderConfig config, WeightStore weights, Kernels kernels)
    {
        _kernels = kernels;
        _shape = EncoderShape.Create(config);
        _activation = config.Activation;
        _embeddings = new(config, weights, kernels);
        _bias = config.Architecture.AttentionBias(config, weights) is { } bias
            ? new(bias, config.Heads, config.MaxPositions, kernels.PanelWidth)
            : null;
        _layers = new EncoderLayer[config.Layers];
        try
        {
            Parallel.For(0, config.Layers, i => _layers[i] = new(config, weights, i, kernels.PanelWidth));
        }
        catch (AggregateException exception)
        {
            // What is wrong with a layer's weights, as if the layers had been packed one by one.
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
    }

    public Workspace CreateWorkspace(int maxTokens) => new(_shape, _kernels, maxTokens);

    /// <summary>Computes the last hidden state.</summary>
    /// <param name="batch">The sequences; none empty.</param>
    /// <param name="workspace">The buffers of this thread.</param>
    /// <param name="firstTokensOnly">
    /// True for the hidden state of each sequence's first token alone, which spares most of the last layer.
    /// </param>
    /// <returns>The hidden states: a row for each sequence, or for each token.</returns>
    public RowBuffer Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, bool firstTokensOnly)
    {
        int[] offsets = workspace.Offsets;
        for (int i = 0; i < batch.Length; i++)
        {
            offsets[i + 1] = offsets[i] + batch[i].Length;
        }

        int tokens = offsets[batch.Length];
        var hidden = workspace.Hidden;
        workspace.Clock?.Start();
        _embeddings.Run(batch, workspace);
        workspace.Clock?.Mark(Phase.Embeddings);
        foreach (var layer in _layers.AsSpan(..^1))
        {
            Project(hidden, tokens, layer.QueryKeyValue!, workspace, 0);
            Attend(batch.Length, workspace, firstTokensOnly: false);
            Finish(layer, workspace, hidden, tokens);
        }

        return LastLayer(batch.Length, tokens, workspace, firstTokensOnly);
    }

    public void Dispose()
    {
        _embeddings.Dispose();
        _bias?.Dispose();
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }

    private RowBuffer LastLayer(int sequences, int tokens, Workspace workspace, bool firstTokensOnly)
    {
        var layer = _layers[^1];
        var queried = workspace.Hidden;
        int rows = tokens;
        if (firstTokensOnly)
        {
            queried = workspace.First;
            rows = sequences;
            for (int i = 0; i < sequences; i++)
            {
                new ReadOnlySpan<float>(workspace.Hidden.Row(workspace.Offsets[i]), (int)queried.Stride)
                    .CopyTo(new(queried.Row(i), (int)queried.Stride));
            }
        }

        // Queries first: the padding of their last panel reaches into the columns of the keys.
        Project(queried, rows, layer.Query!, workspace, 0);
        Project(workspace.Hidden, tokens, layer.KeyValue!, workspace, _shape.HiddenSize);
        Attend(sequences, workspace, firstTokensOnly);
        Finish(layer, workspace, queried, rows);
        return queried;
    }

    private void Project(RowBuffer input, int rows, PackedLinear layer, Workspace workspace, int column)
    {
        var output = workspace.Projections;
        for (int i = 0; i < rows; i += Workspace.BlockRows)
        {
            int count = Math.Min(Workspace.BlockRows, rows - i);
            _kernels.Linear(input.Row(i), input.Stride, count, layer, output.Row(i) + column, output.Stride);
        }

        workspace.Clock?.Mark(Phase.Projections);
    }

    private void Attend(int sequences, Workspace workspace, bool firstTokensOnly)
    {
        var projections = workspace.Projections;
        for (int i = 0; i < sequences; i++)
        {
            // Sequences in rising order: rows that the last tile of one writes beyond its end are overwritten by the next.
            int start = workspace.Offsets[i], length = workspace.Offsets[i + 1] - start;
            int row = firstTokensOnly ? i : start;
            float* keys = projections.Row(start) + _shape.HiddenSize;
            _kernels.Attention(
                projections.Row(row), projections.Stride, firstTokensOnly ? 1 : length,
                keys, keys + _shape.HiddenSize, projections.Stride, length,
                _shape.Attention, _bias, workspace.Context.Row(row), workspace.Context.Stride, workspace.Scratch.Pointer);
        }

        workspace.Clock?.Mark(Phase.Attention);
    }

    /// <summary>Attention output, feed-forward, and both residuals with their norms, block by block.</summary>
    private void Finish(EncoderLayer layer, Workspace workspace, RowBuffer hidden, int rows)
    {
        var (context, inner, clock) = (workspace.Context, workspace.Inner, workspace.Clock);
        for (int i = 0; i < rows; i += Workspace.BlockRows)
        {
            int count = Math.Min(Workspace.BlockRows, rows - i);
            float* x = hidden.Row(i);
            _kernels.Accumulate(context.Row(i), context.Stride, count, layer.AttentionOutput, 0, _shape.HiddenSize, x, hidden.Stride);
            clock?.Mark(Phase.AttentionOutput);
            _kernels.LayerNorm(x, hidden.Stride, count, layer.AttentionOutput.Bias, layer.AttentionNorm, x);

            // The residual and the second product add up beside x, which the first product reads until its last block of columns.
            float* sum = context.Row(i);
            new ReadOnlySpan<float>(x, count * (int)hidden.Stride).CopyTo(new(sum, count * (int)context.Stride));
            clock?.Mark(Phase.Norms);
            for (int j = 0; j < _shape.IntermediateSize; j += Workspace.BlockColumns)
            {
                int columns = Math.Min(Workspace.BlockColumns, _shape.IntermediateSize - j);
                _kernels.LinearActivated(x, hidden.Stride, count, layer.Up, j, columns, _activation, inner.Row(0), inner.Stride);
                clock?.Mark(Phase.FeedForwardUp);
                _kernels.Accumulate(inner.Row(0), inner.Stride, count, layer.Down, j, columns, sum, context.Stride);
                clock?.Mark(Phase.FeedForwardDown);
            }

            _kernels.LayerNorm(sum, context.Stride, count, layer.Down.Bias, layer.OutputNorm, x);
            clock?.Mark(Phase.Norms);
        }
    }
}
