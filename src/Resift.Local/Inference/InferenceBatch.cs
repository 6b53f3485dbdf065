using System.Runtime.InteropServices;
using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>What one thread computes at once: sequences of one or several jobs.</summary>
internal sealed class InferenceBatch
{
    private readonly List<(InferenceJob Job, int Index)> _origins = [];
    private readonly List<TokenSequence> _sequences = [];
    private readonly List<InferenceJob> _begun = [];
    private float[] _output = [];

    public bool IsEmpty => _sequences.Count == 0;

    public int Tokens { get; private set; }

    public int Sequences => _sequences.Count;

    /// <summary>Gets the jobs whose first sequence is in this batch.</summary>
    public IReadOnlyList<InferenceJob> Begun => _begun;

    public void Clear()
    {
        _origins.Clear();
        _sequences.Clear();
        _begun.Clear();
        Tokens = 0;
    }

    /// <summary>Moves sequences from a job into this batch.</summary>
    /// <param name="job">The job.</param>
    /// <param name="target">Stop when the batch has this many tokens.</param>
    /// <param name="limit">Never have more than this.</param>
    public void Fill(InferenceJob job, long target, int limit)
    {
        while (!job.IsExhausted && Tokens < target && Tokens + job.NextLength <= limit)
        {
            if (job.IsUntouched)
            {
                _begun.Add(job);
            }

            var (sequence, index) = job.Take();
            _sequences.Add(sequence);
            _origins.Add((job, index));
            Tokens += sequence.Length;
        }
    }

    /// <summary>Computes the batch and hands every job its numbers.</summary>
    public void Run(SequenceModel model, Workspace workspace)
    {
        int size = model.OutputSize;
        if (_output.Length < _sequences.Count * size)
        {
            _output = new float[_sequences.Count * size];
        }

        model.Run(CollectionsMarshal.AsSpan(_sequences), workspace, _output);
        for (int i = 0; i < _origins.Count; i++)
        {
            var (job, index) = _origins[i];
            _output.AsSpan(i * size, size).CopyTo(job.Output.Span[(index * size)..]);
            job.FinishOne();
        }
    }

    /// <summary>Ends all jobs of the batch with a failure.</summary>
    public void Fail(Exception exception)
    {
        foreach (var (job, _) in _origins)
        {
            job.Fail(exception);
        }
    }
}
