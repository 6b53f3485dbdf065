using System.Numerics;
using System.Runtime.InteropServices;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>
/// An embedder without a transformer (model2vec): the mean of a vector for each token, looked up. It needs no queue: a text costs less than
/// handing it over.
/// </summary>
internal sealed class StaticEmbedder : ITextEmbedder
{
    private readonly StaticModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly WeightTensor _table;
    private readonly int[]? _rows;
    private readonly float[]? _weights;
    private readonly int _threads;
    private readonly int _mostCharacters;
    private readonly Lazy<ModelFingerprint> _fingerprint;
    private readonly CancellationTokenSource _disposal = new();
    private readonly object _lock = new();
    private int _calls;
    private bool _disposed;

    private StaticEmbedder(string folder, StaticModel model, LocalModelOptions options)
    {
        _model = model;
        _tokenizer = TokenizerLoader.Load(folder);
        (_table, _rows, _weights) = model.ReadWeights(_tokenizer.VocabularySize);
        _threads = options.Threads ?? Environment.ProcessorCount;
        Info = model.Info with { MaxTokens = options.MaxTokens ?? model.Info.MaxTokens };
        _mostCharacters = (int)Math.Min((long)Info.MaxTokens * Math.Max(1, _tokenizer.MedianTokenLength), int.MaxValue);
        _fingerprint = new(() => FolderFingerprint.Compute(folder, Info, model.Weights));
    }

    public LocalModelInfo Info { get; }

    public ModelFingerprint Fingerprint => _fingerprint.Value;

    public TokenCounter TokenCounter => text => _tokenizer.Encode(text, []);

    public bool Normalizes => _model.Normalizes;

    public static StaticEmbedder Load(string folder, LocalModelOptions? options)
    {
        var model = StaticModel.Open(folder);
        try
        {
            return new(folder, model, options ?? new());
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public async Task<TextVectors> EmbedAsync(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken)
    {
        // Fewer texts are not worth waking another thread.
        const int TextsPerThread = 16;
        int size = Info.HiddenSize;
        float[] vectors = new float[texts.Count * size];
        int[] cut = new int[texts.Count];
        long tokens = 0;
        Enter();
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
            var parallel = new ParallelOptions
            {
                CancellationToken = stop.Token,
                MaxDegreeOfParallelism = Math.Clamp(texts.Count / TextsPerThread, 1, _threads),
            };
            await Task.Run(() => Parallel.For(0, texts.Count, parallel, EmbedOne), stop.Token).ConfigureAwait(false);
            return new(vectors, cut, tokens);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw InferenceQueue.Disposed();
        }
        finally
        {
            Leave();
        }

        void EmbedOne(int index)
        {
            int read = Embed(prompt + texts[index], vectors.AsSpan(index * size, size), out cut[index]);
            Interlocked.Add(ref tokens, read);
        }
    }

    /// <summary>Ends calls with an <see cref="ObjectDisposedException"/>, waits for them, and closes the files.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _disposal.Cancel();
        lock (_lock)
        {
            while (_calls > 0)
            {
                Monitor.Wait(_lock);
            }
        }

        _model.Dispose();
    }

    /// <summary>Writes the vector of a text; gives how many tokens it is of.</summary>
    private int Embed(string text, Span<float> vector, out int cut)
    {
        // Cut before it is encoded, as model2vec does it, and once more behind: a long text costs no more than it counts.
        ReadOnlySpan<char> beginning = text.AsSpan(0, EndOf(text, _mostCharacters));
        int[] ids = _tokenizer.Rent(beginning, int.MaxValue, out int count);
        int known = 0;
        foreach (int id in ids.AsSpan(0, count))
        {
            if (id != _tokenizer.UnknownId)
            {
                ids[known++] = id;
            }
        }

        int kept = Math.Min(known, Info.MaxTokens);
        cut = known - kept + (beginning.Length < text.Length ? _tokenizer.Encode(text.AsSpan(beginning.Length), []) : 0);
        Mean(ids.AsSpan(0, kept), vector);
        System.Buffers.ArrayPool<int>.Shared.Return(ids);
        if (Normalizes)
        {
            UnitLength.Scale(vector);
        }

        return kept;
    }

    private void Mean(ReadOnlySpan<int> ids, Span<float> vector)
    {
        Span<float> row = vector.Length <= 1024 ? stackalloc float[vector.Length] : new float[vector.Length];
        foreach (int id in ids)
        {
            _table.ReadRow(_rows is null ? id : _rows[id], row);
            Add(vector, row, _weights is null ? 1 : _weights[id]);
        }

        // The count is that of the tokens, whatever they weigh.
        foreach (ref float value in vector)
        {
            value /= Math.Max(ids.Length, 1);
        }
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> row, float weight)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += rows[i] * weight;
        }

        for (int i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
        {
            sum[i] += row[i] * weight;
        }
    }

    /// <summary>Gets where some code points of a text end.</summary>
    private static int EndOf(string text, int codePoints)
    {
        if (text.Length <= codePoints)
        {
            return text.Length;
        }

        int end = 0;
        for (int i = 0; i < codePoints && end < text.Length; i++)
        {
            end += char.IsSurrogatePair(text, end) ? 2 : 1;
        }

        return end;
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw InferenceQueue.Disposed();
            }

            _calls++;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _calls--;
            Monitor.PulseAll(_lock);
        }
    }
}
