using Microsoft.Extensions.Hosting;
using Resift.Orleans.Silos;

namespace Resift.Orleans.Calls;

/// <summary>
/// What this process knows of the silos, refreshed in the background: any gateway says which there are, and each silo says itself what it
/// holds and how much it has to do. Safe for concurrent use.
/// </summary>
internal sealed class ClusterBoard(IGrainFactory grains) : IHostedService, IDisposable
{
    /// <summary>How often the silos are asked, and how long they have to answer.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    // How long the start of a host waits for the cluster, so that metadata are known when rerankers are built around ours.
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _refreshed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SiloView[] _silos = [];
    private Task? _loop;
    private int _door;
    private long _sent;

    /// <summary>Gets the silos that are active as far as the cluster knows; one of them may be frozen.</summary>
    public IReadOnlyList<SiloView> Silos => _silos;

    /// <summary>Gets the next number in the order of what this process sends.</summary>
    public long NextSent() => Interlocked.Increment(ref _sent);

    /// <summary>Waits until the silos have been asked once more.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _loop ??= Task.Run(LoopAsync, CancellationToken.None);
            return _refreshed.Task.WaitAsync(cancellationToken);
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_startLimit);
        try
        {
            await RefreshAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The cluster may come later than its callers; the loop goes on looking for it.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    public void Dispose() => _stop.Cancel();

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (await TryRefreshAsync().ConfigureAwait(false))
            {
                TaskCompletionSource refreshed;
                lock (_lock)
                {
                    refreshed = _refreshed;
                    _refreshed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                refreshed.SetResult();
            }

            await Task.Delay(Period, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryRefreshAsync()
    {
        try
        {
            string[] addresses = await grains.GetGrain<ISiloListGrain>(_door % SiloKey.Doors).ListAsync()
                .WaitAsync(Period, _stop.Token).ConfigureAwait(false);
            var known = _silos;
            _silos = [.. addresses.Select(address => Array.Find(known, silo => silo.Address == address)
                ?? new(address, grains))];
        }
        catch (Exception) when (_silos is [])
        {
            _door++;

            // Whatever is wrong, it may be right at the next look; a call that cannot wait for that says that no silo was found.
            return false;
        }
        catch (Exception)
        {
            // The gateway that was asked may be the one that is frozen: the silos known until now are asked all the same.
            _door++;
        }

        bool[] answers = await Task.WhenAll(_silos.Select(AskAsync)).ConfigureAwait(false);
        return answers.Contains(true);
    }

    private async Task<bool> AskAsync(SiloView silo)
    {
        try
        {
            silo.Reported(await silo.Grain.ReportAsync(Guid.Empty).WaitAsync(Period, _stop.Token).ConfigureAwait(false));
            return true;
        }
        catch (Exception)
        {
            silo.Missed();
            return false;
        }
    }
}
