using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>
/// Turns token ids into the first hidden state: word + position + token type, normalised, and projected where the sizes differ.
/// </summary>
/// <remarks>The word table stays in the memory-mapped file: a batch reads a few hundred of its 30,000 rows.</remarks>
internal sealed unsafe class BertEmbeddings : IDisposable
{
    private readonly WeightTensor _words;
    private readonly float[] _positions;
    private readonly float[] _types;
    private readonly int _typeCount;
    private readonly int _size;
    private readonly LayerNorm _norm;
    private readonly PackedLinear? _projection;
    private readonly NativeBuffer _zeros;
    private readonly Kernels _kernels;

    public BertEmbeddings(BertConfig config, WeightStore weights, Kernels kernels)
    {
        _kernels = kernels;
        _size = config.EmbeddingSize;
        _typeCount = config.TypeVocabularySize;
        _words = weights.Get("embeddings.word_embeddings.weight", config.VocabularySize, _size);
        _positions = weights.Get("embeddings.position_embeddings.weight", config.MaxPositions, _size).ToArray();
        _types = weights.Get("embeddings.token_type_embeddings.weight", _typeCount, _size).ToArray();
        _norm = new(weights, "embeddings.LayerNorm", _size, config.LayerNormEpsilon, kernels.PanelWidth);
        _zeros = new(PackedLinear.Align(_size, kernels.PanelWidth));
        if (_size != config.HiddenSize)
        {
            _projection = PackedLinear.Pack(kernels.PanelWidth, weights, "embeddings_project", config.HiddenSize, _size);
        }
    }

    /// <summary>Writes the hidden state of a batch's tokens, one after the other, to <see cref="Workspace.Hidden"/>.</summary>
    public void Run(ReadOnlySpan<TokenSequence> batch, Workspace workspace)
    {
        var target = _projection is null ? workspace.Hidden : workspace.Embedded;
        int row = 0;
        foreach (var sequence in batch)
        {
            for (int position = 0; position < sequence.Length; position++, row++)
            {
                int type = Math.Min(position < sequence.FirstSegmentLength ? 0 : 1, _typeCount - 1);
                Embed(sequence.Ids[position], position, type, new(target.Row(row), _size));
            }
        }

        _kernels.LayerNorm(target.Row(0), target.Stride, row, _zeros.Pointer, _norm, target.Row(0));
        if (_projection is not null)
        {
            _kernels.Linear(target.Row(0), target.Stride, row, _projection, workspace.Hidden.Row(0), workspace.Hidden.Stride);
        }
    }

    public void Dispose()
    {
        _norm.Dispose();
        _projection?.Dispose();
        _zeros.Dispose();
    }

    private void Embed(int id, int position, int type, Span<float> target)
    {
        _words.ReadRow(id, target);
        var positions = _positions.AsSpan(position * _size, _size);
        var types = _types.AsSpan(type * _size, _size);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += positions[i] + types[i];
        }
    }
}
