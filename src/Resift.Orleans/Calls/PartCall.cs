using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Resift.Orleans.Wire;

namespace Resift.Orleans.Calls;

/// <summary>
/// One part of a call on its way through the cluster: sent to a silo, and to others where that one refuses, fails, dies or is silent. The
/// first answer counts, and the others are dropped.
/// </summary>
internal sealed partial class PartCall(
    SiloChoice choice, OrleansRerankerOptions options, TimeSpan deadline, Func<TimeSpan, RerankWork> createWork, ILogger logger)
{
    private static readonly TimeSpan _lossPause = TimeSpan.FromMilliseconds(10);

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Attempt> _underWay = [];
    private readonly HashSet<SiloView> _excluded = [];
    private WireError? _error;
    private bool _hedgedByTime;
    private int _losses;

    /// <summary>Gets how often the part was sent.</summary>
    public int Attempts { get; private set; }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Gets the answer of whichever silo has it first.</summary>
    /// <param name="first">The silo that is asked first.</param>
    /// <param name="firstDocument">The index in the whole call of the part's first document.</param>
    /// <param name="cancellationToken">Ends the call, when it was cancelled or its time is over.</param>
    public async Task<RerankResponse> RunAsync(SiloView? first, int firstDocument, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Send(first ?? choice.Next([]), stop.Token);
            while (true)
            {
                if (_underWay is [])
                {
                    // Nobody has it. If all that could have refused, that is the answer; if they are gone, others may come up in time.
                    if (_error is not null)
                    {
                        throw _error.ToException(firstDocument);
                    }

                    await Task.Delay(options.HedgeAfter, cancellationToken).ConfigureAwait(false);
                    Send(choice.Next([]), stop.Token);
                    continue;
                }

                var ended = await Task.WhenAny(_underWay.Select(attempt => attempt.Next)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                var attempt = _underWay.Find(attempt => attempt.Next == ended)!;
                if (!attempt.Answer.IsCompleted)
                {
                    LookAfter(attempt, stop.Token);
                    continue;
                }

                _underWay.Remove(attempt);
                if (await TakeAsync(attempt, firstDocument).ConfigureAwait(false) is { } response)
                {
                    return response;
                }

                if (_losses > 1)
                {
                    // A cluster that is gone refuses at once, again and again.
                    await Task.Delay(_lossPause * _losses, cancellationToken).ConfigureAwait(false);
                }

                Send(Other(maybeAgain: true), stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            _underWay.ForEach(attempt => attempt.Drop());
        }
    }

    private void Send(SiloView? silo, CancellationToken cancellationToken)
    {
        var left = deadline - Elapsed;
        if (silo is null || left <= TimeSpan.Zero)
        {
            return;
        }

        var work = createWork(left);
        choice.Sent(silo, work);
        Attempts++;
        _underWay.Add(new(silo, work, options.HedgeAfter, cancellationToken));
    }

    // Null if another has to answer.
    private async Task<RerankResponse?> TakeAsync(Attempt attempt, int firstDocument)
    {
        RerankAnswer answer;
        try
        {
            answer = await attempt.Answer.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The message did not arrive or the silo died: no more is known of it than of one that is silent.
            attempt.Silo.Missed();
            _losses++;
            string kind = error.GetType().Name;
            LogLost(logger, attempt.Silo.Address, attempt.Work.Documents.Length, kind);
            return null;
        }

        attempt.Silo.Answered(attempt.Work, answer);
        if (answer.Error is not { } refusal)
        {
            return answer.Response!.ToResponse();
        }

        if (refusal.IsCallersMistake)
        {
            throw refusal.ToException(firstDocument);
        }

        // What a model could not do says more than that a silo was busy, and that more than that one was gone.
        _error = _error is null || refusal.Kind > _error.Kind ? refusal : _error;
        _excluded.Add(attempt.Silo);
        return null;
    }

    private void LookAfter(Attempt attempt, CancellationToken cancellationToken)
    {
        bool? hasWork = attempt.HasWork;
        if (hasWork is null)
        {
            attempt.Silo.Missed();
        }
        else if (hasWork == false)
        {
            attempt.Silo.ChangeDoor();
        }

        bool isLate = !_hedgedByTime && Elapsed > deadline / 2;
        if (hasWork == true && !isLate)
        {
            attempt.WaitOn();
            return;
        }

        _hedgedByTime |= hasWork == true;
        LogSilent(logger, attempt.Silo.Address, attempt.Work.Documents.Length, hasWork == true);

        // Whoever has the work is only waited for; where a message was lost, the same silo may get it by another door.
        attempt.StopLooking();
        if (Other(maybeAgain: hasWork != true) is { } other)
        {
            Send(other, cancellationToken);
        }
        else
        {
            attempt.WaitOn();
        }
    }

    // A silo that has not got this part yet, or else, if nobody is known to have it, one that did not answer.
    private SiloView? Other(bool maybeAgain) =>
        choice.Next([.. _excluded, .. _underWay.Select(attempt => attempt.Silo)]) ??
        (maybeAgain && _underWay.Count < MostUnderWay && !_underWay.Exists(attempt => attempt.IsLookedAfter)
            ? choice.Next(_excluded)
            : null);

    private int MostUnderWay => 2 * choice.Candidates.Length + 2;

    [LoggerMessage(Level = LogLevel.Information, Message = "Silo {Silo} lost {Documents} documents ({Error}); another gets them.")]
    private static partial void LogLost(ILogger logger, string silo, int documents, string error);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Silo {Silo} is late with {Documents} documents (has them: {HasThem}); another gets them as well.")]
    private static partial void LogSilent(ILogger logger, string silo, int documents, bool hasThem);

    /// <summary>One sending of the part.</summary>
    private sealed class Attempt
    {
        private readonly TimeSpan _patience;
        private readonly CancellationToken _stop;
        private Task<bool?> _look;

        public Attempt(SiloView silo, RerankWork work, TimeSpan patience, CancellationToken stop)
        {
            (Silo, Work, _patience, _stop) = (silo, work, patience, stop);

            // The wait ends with the caller's, whatever becomes of the message.
            Answer = silo.Grain.RerankAsync(work, stop).WaitAsync(stop);
            WaitOn();
        }

        public SiloView Silo { get; }

        public RerankWork Work { get; }

        public Task<RerankAnswer> Answer { get; }

        /// <summary>Gets what ends when there is something to do: the answer is there, or the silo was asked for it.</summary>
        public Task Next { get; private set; }

        /// <summary>Gets a value indicating whether the silo has the work; null if it did not say even that.</summary>
        public bool? HasWork => _look.IsCompletedSuccessfully ? _look.Result : null;

        /// <summary>Gets a value indicating whether the silo is asked for the work from time to time.</summary>
        public bool IsLookedAfter { get; private set; }

        /// <summary>Waits for the answer, and asks for the work when it does not come.</summary>
        [MemberNotNull(nameof(_look), nameof(Next))]
        public void WaitOn()
        {
            _look = LookAsync();
            Next = Task.WhenAny(Answer, _look);
            IsLookedAfter = true;
        }

        /// <summary>Waits for nothing but the answer.</summary>
        public void StopLooking()
        {
            Next = Answer;
            IsLookedAfter = false;
        }

        /// <summary>Lets the answer go: it comes too late, and if it is an error nobody is to hear of it.</summary>
        public void Drop() => Observe(Answer);

        private async Task<bool?> LookAsync()
        {
            await Task.Delay(_patience, _stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested || Answer.IsCompleted)
            {
                return null;
            }

            var asked = Silo.OtherGrain.ReportAsync(Work.Id);
            Observe(asked);
            try
            {
                var report = await asked.WaitAsync(_patience, _stop).ConfigureAwait(false);
                Silo.Reported(report);
                return report.HasWork;
            }
            catch (Exception)
            {
                return null;
            }
        }

        private static void Observe(Task task) => _ = task.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
