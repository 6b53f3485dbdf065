using Resift.Local.Tokenization;

namespace Resift.Local.Inference;

/// <summary>Sequences of one caller on their way through the <see cref="InferenceQueue"/>.</summary>
/// <remarks>The queue's lock guards everything but <see cref="Output"/>, where every sequence has its own place.</remarks>
internal sealed class InferenceJob
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TokenSequence[] _sequences;
    private readonly int[] _order;
    private int _taken;
    private int _finished;

    /// <summary>Prepares a job.</summary>
    /// <param name="sequences">The sequences; none empty.</param>
    /// <param name="output">Where their numbers go, one after the other.</param>
    /// <param name="since">The timestamp from which on it waits; null where nobody measures that.</param>
    /// <param name="cancellationToken">Drops what has not begun.</param>
    public InferenceJob(TokenSequence[] sequences, Memory<float> output, long? since, CancellationToken cancellationToken)
    {
        _sequences = sequences;
        Output = output;
        Since = since;
        CancellationToken = cancellationToken;

        // The longest first: batches of similar length, and the short ones left to even out the threads at the end.
        _order = [.. Enumerable.Range(0, sequences.Length)];
        Array.Sort(_order, (a, b) => sequences[b].Length != sequences[a].Length ? sequences[b].Length - sequences[a].Length : a - b);
        Tokens = sequences.Sum(sequence => (long)sequence.Length);
    }

    /// <summary>Gets where the numbers go; complete when <see cref="Completion"/> is.</summary>
    public Memory<float> Output { get; }

    public long? Since { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>Gets the task that ends when every sequence is done, or with the first failure.</summary>
    public Task Completion => _done.Task;

    /// <summary>Gets the tokens that no thread has taken yet.</summary>
    public long Tokens { get; private set; }

    /// <summary>Gets how many sequences no thread has taken yet.</summary>
    public int Sequences => _order.Length - _taken;

    public bool IsUntouched => _taken == 0;

    public bool IsExhausted => _taken == _order.Length;

    /// <summary>Gets the length of the sequence that comes next.</summary>
    public int NextLength => _sequences[_order[_taken]].Length;

    /// <summary>Takes the next sequence.</summary>
    /// <returns>The sequence and its index in the job.</returns>
    public (TokenSequence Sequence, int Index) Take()
    {
        int index = _order[_taken++];
        Tokens -= _sequences[index].Length;
        return (_sequences[index], index);
    }

    /// <summary>Counts one sequence as done; the last one completes the job.</summary>
    public void FinishOne()
    {
        if (Interlocked.Increment(ref _finished) == _sequences.Length)
        {
            _done.TrySetResult();
        }
    }

    public void Fail(Exception exception) => _done.TrySetException(exception);

    public void Cancel() => _done.TrySetCanceled(CancellationToken);
}
