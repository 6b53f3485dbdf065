using Resift.Orleans.Silos;
using Resift.Orleans.Wire;

namespace Resift.Orleans.Calls;

/// <summary>What a caller knows of one silo: its last report, what was sent since, whether it answers. Safe for concurrent use.</summary>
internal sealed class SiloView(string address, IGrainFactory grains)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _queued = [];
    private HeldReport[] _held = [];
    private int _misses;
    private int _door;
    private long _lastSent;

    public string Address => address;

    /// <summary>Gets the silo's grain, by the door through which messages have arrived until now.</summary>
    public IRerankSiloGrain Grain => Behind(Volatile.Read(ref _door));

    /// <summary>Gets the same rerankers by another door, to ask for what went through the first.</summary>
    public IRerankSiloGrain OtherGrain => Behind(Volatile.Read(ref _door) + 1);

    /// <summary>
    /// Gets a value indicating whether the silo has owed several answers since its last one: one alone may have been lost at a gateway.
    /// </summary>
    public bool IsSilent => Volatile.Read(ref _misses) >= 3;

    /// <summary>Gets when the silo was last sent something, by a count that rises.</summary>
    public long LastSent => Interlocked.Read(ref _lastSent);

    public HeldReport? Held(string name) => Array.Find(Volatile.Read(ref _held), held => held.Name == name);

    /// <summary>Gets about how many tokens are under way at a reranker of the silo.</summary>
    public long Queued(string name)
    {
        lock (_lock)
        {
            return _queued.GetValueOrDefault(name);
        }
    }

    public void Reported(SiloReport report)
    {
        Volatile.Write(ref _held, report.Held);
        Volatile.Write(ref _misses, 0);
        lock (_lock)
        {
            foreach (var held in report.Held)
            {
                _queued[held.Name] = held.QueuedTokens;
            }
        }
    }

    public void Sent(RerankWork work, long count)
    {
        Interlocked.Exchange(ref _lastSent, count);
        lock (_lock)
        {
            _queued[work.Name] = _queued.GetValueOrDefault(work.Name) + work.Tokens;
        }
    }

    public void Answered(RerankWork work, RerankAnswer answer)
    {
        Volatile.Write(ref _misses, 0);
        lock (_lock)
        {
            _queued[work.Name] = answer.QueuedTokens;
        }
    }

    /// <summary>Notes that the silo did not answer.</summary>
    public void Missed()
    {
        Interlocked.Increment(ref _misses);
        ChangeDoor();
    }

    /// <summary>Takes another door from now on: through the last one a message did not arrive.</summary>
    public void ChangeDoor() => Interlocked.Increment(ref _door);

    private IRerankSiloGrain Behind(int door) => grains.GetGrain<IRerankSiloGrain>(SiloKey.Of(address, door));
}
