using System.Collections.Concurrent;
using Resift.Orleans.Wire;

namespace Resift.Orleans.Silos;

/// <summary>The rerankers that this silo holds, and the work that is here.</summary>
internal sealed class SiloRerankers(IEnumerable<SiloRegistration> registrations, IServiceProvider services) : IDisposable
{
    private readonly ConcurrentDictionary<Guid, HeldReranker> _work = new();
    private volatile HeldReranker[] _held = [];

    /// <summary>Creates the rerankers: before the silo takes calls, so that what it publishes is there to be asked.</summary>
    public void Open() => _held = [.. registrations.Select(registration => registration.Open(services))];

    public SiloReport Report(Guid workId) => new()
    {
        Held = [.. _held.Select(held => held.Report())],
        HasWork = _work.ContainsKey(workId),
    };

    public async Task<RerankAnswer> RunAsync(RerankWork work, CancellationToken cancellationToken)
    {
        var held = Array.Find(_held, held => held.Name == work.Name && held.Revision == work.Revision);
        if (held is null)
        {
            string message = $"The silo does not hold '{work.Name}' in this revision.";
            return new() { Error = new() { Kind = WireErrorKind.NotHeld, Message = message } };
        }

        _work[work.Id] = held;
        try
        {
            return await held.RunAsync(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _work.TryRemove(work.Id, out _);
        }
    }

    public void Dispose()
    {
        foreach (var held in _held)
        {
            held.Dispose();
        }
    }
}

/// <summary>A reranker that a silo is to hold.</summary>
internal sealed record SiloRegistration(string Name, Func<IServiceProvider, IReranker> Factory, SiloRerankerOptions Options)
{
    public HeldReranker Open(IServiceProvider services) => new(Name, Factory(services), Options);
}
