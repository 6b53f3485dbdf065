namespace Resift.Local.Inference;

/// <summary>Whose turn it is: cuts batches by token count out of the calls that wait.</summary>
/// <remarks>
/// <para>
/// A call's first tokens go before what others have left after theirs, in the order in which calls came: so a small call is done soon,
/// whatever lies beside it. Calls that have had their head start take turns, batch by batch; and as long as some wait, one batch in four is
/// theirs, however many new calls come.
/// </para>
/// <para>The queue's lock guards it.</para>
/// </remarks>
/// <param name="threads">How many threads take batches.</param>
/// <param name="batchTokens">How many tokens a batch has at most.</param>
internal sealed class InferenceTurns(int threads, int batchTokens)
{
    private const int BatchesOfNewCallsInARow = 3;

    // Less would spend more time on fetching weights than another busy thread wins; more is hardly faster.
    private const int MinBatchTokens = 128;

    // In the order of their next turns. None is without jobs.
    private readonly List<InferenceCall> _waiting = [];
    private readonly long _headStart = 2L * batchTokens;
    private int _batchesOfNewCalls;

    /// <summary>Gets how many sequences no thread has taken yet.</summary>
    public int Sequences => _waiting.Sum(call => call.Jobs.Sum(job => job.Sequences));

    /// <summary>Puts a job behind the others of its call.</summary>
    public void Add(InferenceCall call, InferenceJob job)
    {
        if (call.Jobs.Count == 0)
        {
            _waiting.Add(call);
        }

        call.Jobs.Enqueue(job);
    }

    /// <summary>Drops what waits of a call.</summary>
    public void Remove(InferenceCall call)
    {
        _waiting.Remove(call);
        call.Jobs.Clear();
    }

    /// <summary>Moves sequences into an empty batch, which stays empty if none wait.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="calls">How many calls are under way, those included that have nothing here at the moment.</param>
    public void Fill(InferenceBatch batch, int calls)
    {
        bool anyNew = _waiting.Exists(IsNew), anyOld = !_waiting.TrueForAll(IsNew);
        bool newFirst = anyNew && !(anyOld && _batchesOfNewCalls == BatchesOfNewCallsInARow);
        _batchesOfNewCalls = newFirst && anyOld ? _batchesOfNewCalls + 1 : 0;
        InferenceCall[] order = [.. _waiting.OrderBy(call => IsNew(call) != newFirst)];

        // Ever smaller shares of what is left: large batches first, and at the end all threads stop at about the same time. Where a call
        // goes on for long beside others, all batches are small: whoever comes next waits until one is done.
        long share = anyOld && calls > 1 ? 0 : _waiting.Sum(call => call.TokensWaiting) / threads;
        long target = Math.Clamp(share, Math.Min(MinBatchTokens, batchTokens), batchTokens);
        foreach (var call in order.TakeWhile(_ => batch.Tokens < target))
        {
            Take(call, batch, target);
        }
    }

    private bool IsNew(InferenceCall call) => call.TokensTaken < _headStart;

    private void Take(InferenceCall call, InferenceBatch batch, long target)
    {
        int before = batch.Tokens;
        while (batch.Tokens < target && call.Jobs.TryPeek(out var job))
        {
            if (!job.CancellationToken.IsCancellationRequested)
            {
                batch.Fill(job, target, batchTokens);
                if (!job.IsExhausted)
                {
                    break;
                }
            }

            call.Jobs.Dequeue();
        }

        call.TokensTaken += batch.Tokens - before;
        if (call.Jobs.Count == 0)
        {
            _waiting.Remove(call);
        }
        else if (!IsNew(call))
        {
            _waiting.Remove(call);
            _waiting.Add(call);
        }
    }
}
