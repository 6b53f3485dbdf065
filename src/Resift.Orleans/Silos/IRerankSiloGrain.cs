using Resift.Orleans.Wire;

namespace Resift.Orleans.Silos;

/// <summary>The rerankers of one silo. Its key is a <see cref="SiloKey"/>, and it never runs on another silo.</summary>
[Alias("resift.silo")]
internal interface IRerankSiloGrain : IGrainWithStringKey
{
    /// <summary>Does a piece of work, or says why not.</summary>
    // Above every deadline: the caller's is what ends the call.
    [Alias("rerank")]
    [ResponseTimeout("1.01:00:00")]
    Task<RerankAnswer> RerankAsync(RerankWork work, CancellationToken cancellationToken);

    /// <summary>Gets what the silo holds, and whether a piece of work is there.</summary>
    /// <param name="workId">The work that is asked about; an empty id for none.</param>
    [Alias("report")]
    [ResponseTimeout("00:00:10")]
    Task<SiloReport> ReportAsync(Guid workId);
}

/// <summary>Which silos there are. Every gateway answers this by itself, from what it knows of the cluster.</summary>
[Alias("resift.silos")]
internal interface ISiloListGrain : IGrainWithIntegerKey
{
    /// <summary>Gets the addresses of the active silos, as keys of <see cref="IRerankSiloGrain"/>.</summary>
    [Alias("list")]
    [ResponseTimeout("00:00:10")]
    Task<string[]> ListAsync();
}
