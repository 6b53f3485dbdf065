using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Resift.Orleans.Wire;

namespace Resift.Orleans.Silos;

[Reentrant]
[SiloPlacement]
[GrainDirectory(PinnedDirectory.Name)]
[GrainType("resift.silo")]
internal sealed class RerankSiloGrain(SiloRerankers rerankers) : Grain, IRerankSiloGrain
{
    public Task<RerankAnswer> RerankAsync(RerankWork work, CancellationToken cancellationToken) =>
        rerankers.RunAsync(work, cancellationToken);

    public Task<SiloReport> ReportAsync(Guid workId) => Task.FromResult(rerankers.Report(workId));
}

/// <remarks>A stateless worker, since it is to run on the silo that was asked: one that answers is one that is alive.</remarks>
[StatelessWorker]
[Reentrant]
[GrainDirectory(PinnedDirectory.Name)]
[GrainType("resift.silos")]
internal sealed class SiloListGrain(ISiloStatusOracle silos) : Grain, ISiloListGrain
{
    public Task<string[]> ListAsync() => Task.FromResult<string[]>(
        [.. silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(silo => silo.ToParsableString())]);
}
