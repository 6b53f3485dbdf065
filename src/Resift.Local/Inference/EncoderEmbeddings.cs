using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>
/// Turns token ids into the first hidden state: the rows of those tables that the architecture has, added up, normalised, and projected
/// where the sizes differ.
/// </summary>
/// <remarks>The word table stays in the memory-mapped file: a batch reads a few hundred of its 30,000 rows.</remarks>
internal sealed unsafe class EncoderEmbeddings : IDisposable
{
    private readonly WeightTensor _words;
    private readonly float[]? _positions;
    private readonly float[]? _types;
    private readonly int _secondType;
    private readonly int? _padding;
    private readonly int _size;
    private readonly LayerNorm? _norm;
    private readonly PackedLinear? _projection;
    private readonly Kernels _kernels;

    public EncoderEmbeddings(EncoderConfig config, WeightStore weights, Kernels kernels)
    {
        var layout = config.Architecture.Embeddings(config);
        _kernels = kernels;
        _size = config.EmbeddingSize;
        _secondType = config.TellsSegmentsApart ? Math.Min(1, config.TypeVocabularySize - 1) : 0;
        _padding = config.PositionPadding;
        _words = weights.Get(layout.Words.Name, layout.Words.Shape);
        _positions = Table(layout.Positions);
        _types = Table(layout.Types);
        _norm = layout.Norm is { } norm ? new(weights, norm, config.LayerNormEpsilon, kernels.PanelWidth) : null;
        _projection = layout.Projection is { } projection ? PackedLinear.Pack(kernels.PanelWidth, weights, projection) : null;

        float[]? Table(ExpectedTensor? table) => table is null ? null : weights.Get(table.Name, table.Shape).ToArray();
    }

    /// <summary>Writes the hidden state of a batch's tokens, one after the other, to <see cref="Workspace.Hidden"/>.</summary>
    public void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace)
    {
        var target = _projection is null ? workspace.Hidden : workspace.Embedded;
        int row = 0, padded = PackedLinear.Align(_size, _kernels.PanelWidth);
        foreach (var sequence in batch)
        {
            int position = _padding + 1 ?? 0;
            for (int i = 0; i < sequence.Length; i++, row++)
            {
                int id = sequence.Ids[i];
                var values = new Span<float>(target.Row(row), _size);
                _words.ReadRow(id, values);

                // Norms count on zeros there, and a row that was no number has left others.
                new Span<float>(target.Row(row) + _size, padded - _size).Clear();

                // Padding inside a text, which only a text that spells it out has: it takes a position, but none of the others'.
                Add(_positions, id == _padding ? id : position++, _types, i < sequence.FirstSegmentLength ? 0 : _secondType, values);
            }
        }

        if (_norm is not null)
        {
            _kernels.LayerNorm(target.Row(0), target.Stride, row, _norm.NoInputBias, _norm, target.Row(0));
        }

        if (_projection is not null)
        {
            _kernels.Linear(new(target.Row(0), target.Stride), row, _projection, workspace.Hidden.Row(0), workspace.Hidden.Stride);
        }
    }

    public void Dispose()
    {
        _norm?.Dispose();
        _projection?.Dispose();
    }

    /// <summary>Adds the sum of a position and a type, which is how the engine has always rounded it.</summary>
    private static void Add(float[]? positions, int position, float[]? types, int type, Span<float> target)
    {
        var second = positions is null ? [] : RowOf(types, type, target.Length);
        var first = positions is null ? RowOf(types, type, target.Length) : RowOf(positions, position, target.Length);
        for (int i = 0; i < first.Length; i++)
        {
            target[i] += second.IsEmpty ? first[i] : first[i] + second[i];
        }
    }

    private static ReadOnlySpan<float> RowOf(float[]? table, int row, int size) => table is null ? [] : table.AsSpan(row * size, size);
}
