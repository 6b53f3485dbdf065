using Orleans.GrainDirectory;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Resift.Orleans.Silos;

/// <summary>Places a grain on the silo that its key names.</summary>
internal sealed class SiloPlacement : PlacementStrategy
{
    public static readonly SiloPlacement Instance = new();
}

[AttributeUsage(AttributeTargets.Class)]
internal sealed class SiloPlacementAttribute() : PlacementAttribute(SiloPlacement.Instance);

/// <summary>The key of a silo's grain: the silo's address, and the number of a door.</summary>
/// <remarks>
/// A client sends all messages to one grain through one gateway, which may be frozen. So each silo has several grains that do the same, and
/// most likely one that is reached by a gateway that works.
/// </remarks>
internal static class SiloKey
{
    /// <summary>How many grains a silo has.</summary>
    public const int Doors = 16;

    public static string Of(string silo, int door) => FormattableString.Invariant($"{silo}|{(uint)door % Doors}");

    public static SiloAddress SiloOf(GrainId grain)
    {
        string key = grain.Key.ToString()!;
        return SiloAddress.FromParsableString(key[..key.IndexOf('|', StringComparison.Ordinal)]);
    }
}

/// <summary>Reads the silo from the grain's key, and places nothing where that silo is gone: another would not hold the same.</summary>
internal sealed class SiloPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silo = SiloKey.SiloOf(target.GrainIdentity);
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : Task.FromException<SiloAddress>(new SiloUnavailableException($"The silo {silo} is no longer active."));
    }
}

/// <summary>
/// The directory of grains that say themselves where they are. It asks nobody: a directory that is spread over the silos would have to be
/// asked on one that may be frozen.
/// </summary>
internal sealed class PinnedDirectory : IGrainDirectory
{
    public const string Name = "resift";

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress) => Register(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
