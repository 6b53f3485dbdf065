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
    private readonly RelativePositions? _positions;
    private readonly Dictionary<float, RotaryTable> _rotations;
    private readonly LayerNorm? _finalNorm;

    public Encoder(EncoderConfig config, WeightStore weights, Kernels kernels, WeightChoice choice = default)
    {
        var architecture = config.Architecture;
        _kernels = kernels;
        _activation = config.Activation;
        _embeddings = new(config, weights, kernels);
        _bias = architecture.AttentionBias(config, weights) is { } bias
            ? new(bias, config.Heads, config.MaxPositions, kernels.PanelWidth)
            : null;
        _positions = architecture.RelativePositions(config) is { } positions ? new(positions, config, weights, kernels) : null;
        _finalNorm = architecture.FinalNorm(config) is { } norm
            ? new(weights, norm, config.LayerNormEpsilon, kernels.PanelWidth)
            : null;
        _layers = new EncoderLayer[config.Layers];
        try
        {
            // The last layer may be asked for one token of each sequence; then only keys and values are needed of the others.
            Parallel.For(0, config.Layers, i => _layers[i] = new(
                config, architecture.Layer(config, i), isSplit: i == config.Layers - 1, weights, kernels, choice, _bias, _positions));
        }
        catch (AggregateException exception)
        {
            // What is wrong with a layer's weights, as if the layers had been packed one by one.
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }

        _shape = EncoderShape.Create(config, _layers[0].Attention);
        _rotations = _layers.Select(layer => layer.RotaryBase).OfType<float>().Distinct()
            .ToDictionary(value => value, value => new RotaryTable(value, _shape.Attention.HeadSize, config.MaxPositions));
    }

    public Workspace CreateWorkspace(int maxTokens) => new(_shape, _kernels, maxTokens);

    /// <summary>Computes the last hidden state.</summary>
    /// <param name="batch">The sequences; none empty.</param>
    /// <param name="workspace">The buffers of this thread.</param>
    /// <param name="pooling">
    /// What of the tokens is wanted: that of one token of each sequence alone spares most of the last layer.
    /// </param>
    /// <returns>The hidden states: a row for each sequence, or, where a mean is wanted, for each token.</returns>
    public RowBuffer Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace, Pooling pooling)
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
        PackedLinear? last = null;
        foreach (var layer in _layers.AsSpan(..^1))
        {
            Project(hidden, tokens, layer.InputNorm, layer.QueryKeyValue!, last, workspace, 0);
            Attend(layer, batch.Length, workspace, Pooling.Mean);
            Finish(layer, workspace, hidden, tokens);
            last = layer.Down;
        }

        return LastLayer(batch.Length, tokens, last, workspace, pooling);
    }

    /// <summary>
    /// Lets one row for each sequence, in <see cref="Workspace.Pooled"/>, go through a layer whose attention reads the hidden states of the
    /// sequence's tokens, which are left as they are.
    /// </summary>
    /// <param name="layer">The layer, whose norms go first.</param>
    /// <param name="last">The layer whose bias the rows still lack.</param>
    /// <param name="sequences">How many sequences <see cref="Run"/> has read.</param>
    /// <param name="workspace">The buffers of this thread.</param>
    public void Cross(EncoderLayer layer, PackedLinear last, int sequences, Workspace workspace)
    {
        Project(workspace.Pooled, sequences, layer.InputNorm, layer.Query!, last, workspace, 0);
        Project(
            workspace.Hidden, workspace.Offsets[sequences], norm: null, layer.KeyValue!, null, workspace, _shape.Attention.QueryWidth);
        Attend(layer, sequences, workspace, Pooling.Cls);
        Finish(layer, workspace, workspace.Pooled, sequences);
    }

    public void Dispose()
    {
        _embeddings.Dispose();
        _bias?.Dispose();
        _positions?.Dispose();
        _finalNorm?.Dispose();
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }

        foreach (var table in _rotations.Values)
        {
            table.Dispose();
        }
    }

    private RowBuffer LastLayer(int sequences, int tokens, PackedLinear? last, Workspace workspace, Pooling pooling)
    {
        var layer = _layers[^1];
        var queried = workspace.Hidden;
        int rows = tokens;
        if (pooling != Pooling.Mean)
        {
            queried = workspace.Pooled;
            rows = sequences;
            for (int i = 0; i < sequences; i++)
            {
                int token = pooling == Pooling.Cls ? workspace.Offsets[i] : workspace.Offsets[i + 1] - 1;
                new ReadOnlySpan<float>(workspace.Hidden.Row(token), (int)queried.Stride)
                    .CopyTo(new(queried.Row(i), (int)queried.Stride));
            }
        }

        // Queries first: the padding of their last panel reaches into the columns of the keys.
        Project(queried, rows, layer.InputNorm, layer.Query!, last, workspace, 0);
        var lacking = pooling == Pooling.Mean ? null : last;
        Project(workspace.Hidden, tokens, layer.InputNorm, layer.KeyValue!, lacking, workspace, _shape.Attention.QueryWidth);
        Attend(layer, sequences, workspace, pooling);
        Finish(layer, workspace, queried, rows);
        if (_finalNorm is not null)
        {
            _kernels.LayerNorm(queried.Row(0), queried.Stride, rows, layer.Down.Bias, _finalNorm, queried.Row(0));
            workspace.Clock?.Mark(Phase.Norms);
        }

        return queried;
    }

    /// <summary>Queries, keys, values, or several of them.</summary>
    /// <param name="input">The hidden states.</param>
    /// <param name="rows">How many there are.</param>
    /// <param name="norm">Their normalisation; null for none.</param>
    /// <param name="projection">The projection.</param>
    /// <param name="last">Where norms go first, the layer whose bias the hidden states still lack; null for none.</param>
    /// <param name="workspace">The buffers of this thread.</param>
    /// <param name="column">The column of the projections where the result begins.</param>
    private void Project(
        RowBuffer input, int rows, LayerNorm? norm, PackedLinear projection, PackedLinear? last, Workspace workspace, int column)
    {
        var (output, context) = (workspace.Projections, workspace.Context);
        for (int i = 0; i < rows; i += Workspace.BlockRows)
        {
            int count = Math.Min(Workspace.BlockRows, rows - i);
            float* x = input.Row(i);
            if (norm is not null)
            {
                _kernels.LayerNorm(x, input.Stride, count, last is null ? norm.NoInputBias : last.Bias, norm, context.Row(i));
                x = context.Row(i);
                workspace.Clock?.Mark(Phase.Norms);
            }

            var rowsIn = Input(x, input.Stride, count, projection, workspace.Outer);
            _kernels.Linear(rowsIn, count, projection, output.Row(i) + column, output.Stride);
            workspace.Clock?.Mark(Phase.Projections);
        }
    }

    private void Attend(EncoderLayer layer, int sequences, Workspace workspace, Pooling pooling)
    {
        var (projections, shape) = (workspace.Projections, layer.Attention);
        for (int i = 0; i < sequences; i++)
        {
            // Sequences in rising order: rows that the last tile of one writes beyond its end are overwritten by the next.
            int start = workspace.Offsets[i], length = workspace.Offsets[i + 1] - start;
            var (row, queries) = pooling == Pooling.Mean ? (start, length) : (i, 1);
            int position = pooling == Pooling.Last ? length - 1 : 0;
            float* query = projections.Row(row);
            float* keys = projections.Row(start) + shape.QueryWidth;
            if (layer.QueryNorm is { } queryNorm)
            {
                _kernels.NormaliseHeads(query, projections.Stride, queries, shape.Heads, queryNorm);
            }

            if (layer.KeyNorm is { } keyNorm)
            {
                _kernels.NormaliseHeads(keys, projections.Stride, length, shape.Heads / shape.HeadsPerKey, keyNorm);
            }

            if (layer.RotaryBase is { } rotaryBase)
            {
                var table = _rotations[rotaryBase];
                _kernels.Rotate(query, projections.Stride, queries, shape.Heads, table, position);
                _kernels.Rotate(keys, projections.Stride, length, shape.Heads / shape.HeadsPerKey, table, 0);
            }

            _kernels.Attention(
                query, projections.Stride, queries, position, keys, keys + shape.KeyWidth, projections.Stride, length,
                shape, workspace.Context.Row(row), workspace.Context.Stride, workspace.Scratch.Pointer);
        }

        workspace.Clock?.Mark(Phase.Attention);
    }

    /// <summary>Attention output, feed-forward, and both residuals with their norms, block by block.</summary>
    private void Finish(EncoderLayer layer, Workspace workspace, RowBuffer hidden, int rows)
    {
        var (context, clock) = (workspace.Context, workspace.Clock);
        for (int i = 0; i < rows; i += Workspace.BlockRows)
        {
            int count = Math.Min(Workspace.BlockRows, rows - i);
            float* x = hidden.Row(i);
            float* other = context.Row(i);
            var attended = Input(other, context.Stride, count, layer.AttentionOutput, workspace.Outer);
            _kernels.Accumulate(attended, count, layer.AttentionOutput, 0, _shape.Attention.QueryWidth, x, hidden.Stride);
            clock?.Mark(Phase.AttentionOutput);
            if (layer.NormsFirst)
            {
                // x, which gets its bias by the way, is the residual; the bias of the second product is left to the next norm.
                _kernels.LayerNorm(x, hidden.Stride, count, layer.AttentionOutput.Bias, layer.FeedForwardNorm, other);
                clock?.Mark(Phase.Norms);
                FeedForward(layer, workspace, other, count, x);
                continue;
            }

            _kernels.LayerNorm(x, hidden.Stride, count, layer.AttentionOutput.Bias, layer.AttentionNorm!, x);

            // The residual and the second product add up beside x, which the first product reads until its last block of columns.
            new ReadOnlySpan<float>(x, count * (int)hidden.Stride).CopyTo(new(other, count * (int)context.Stride));
            clock?.Mark(Phase.Norms);
            FeedForward(layer, workspace, x, count, other);
            _kernels.LayerNorm(other, context.Stride, count, layer.Down.Bias, layer.FeedForwardNorm, x);
            clock?.Mark(Phase.Norms);
        }
    }

    /// <summary>Adds the feed-forward part of x, without its last bias, to a sum; both are rows of hidden states.</summary>
    private void FeedForward(EncoderLayer layer, Workspace workspace, float* x, int rows, float* sum)
    {
        var (inner, stride, clock) = (workspace.Inner, workspace.Hidden.Stride, workspace.Clock);
        var input = Input(x, stride, rows, layer.Up, workspace.Outer);
        for (int j = 0; j < _shape.IntermediateSize; j += Workspace.BlockColumns)
        {
            int columns = Math.Min(Workspace.BlockColumns, _shape.IntermediateSize - j);
            if (layer.Gate is { } gate)
            {
                _kernels.LinearGated(
                    input, rows, layer.Up, gate, j, columns, _activation, inner.Row(0), inner.Stride, workspace.Gate);
            }
            else
            {
                _kernels.LinearActivated(input, rows, layer.Up, j, columns, _activation, inner.Row(0), inner.Stride);
            }

            clock?.Mark(Phase.FeedForwardUp);
            var activated = Input(inner.Row(0), inner.Stride, rows, layer.Down, workspace.Nested, columns);
            _kernels.Accumulate(activated, rows, layer.Down, j, columns, sum, stride);
            clock?.Mark(Phase.FeedForwardDown);
        }
    }

    /// <summary>Rows as a layer reads them: quantised where its weights are integers.</summary>
    private static LinearInput Input(float* x, nint stride, int rows, PackedLinear layer, LinearBuffers buffers, int? inputs = null)
    {
        var input = new LinearInput(x, stride, buffers);
        if (layer.IsInteger)
        {
            Kernels.Quantise(input, rows, inputs ?? layer.Inputs, layer.Format);
        }

        return input;
    }
}
