using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;

namespace Resift;

/// <summary>Where cached answers are kept: bytes by key, with the caches' own differences behind it.</summary>
internal abstract class CacheStore
{
    public static CacheStore Create(HybridCache cache, TimeSpan expiration) => new Hybrid(cache, expiration);

    public static CacheStore Create(IDistributedCache cache, TimeSpan expiration) => new Distributed(cache, expiration);

    public abstract ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken);

    public abstract ValueTask SetAsync(string key, byte[] value, CancellationToken cancellationToken);

    private sealed class Hybrid(HybridCache cache, TimeSpan expiration) : CacheStore
    {
        // A look, without anything being made and stored if there is nothing.
        private static readonly HybridCacheEntryOptions _readOnly = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

        private readonly HybridCacheEntryOptions _options = new() { Expiration = expiration, LocalCacheExpiration = expiration };

        // Async, as below: what a cache throws before its first await must not leave other reads under way that nobody waits for.
        public override async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => await cache
            .GetOrCreateAsync(key, static _ => ValueTask.FromResult<byte[]?>(null), _readOnly, cancellationToken: cancellationToken)
            .ConfigureAwait(false);

        public override async ValueTask SetAsync(string key, byte[] value, CancellationToken cancellationToken) =>
            await cache.SetAsync(key, value, _options, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private sealed class Distributed(IDistributedCache cache, TimeSpan expiration) : CacheStore
    {
        private readonly DistributedCacheEntryOptions _options = new() { AbsoluteExpirationRelativeToNow = expiration };

        public override async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) =>
            await cache.GetAsync(key, cancellationToken).ConfigureAwait(false);

        public override async ValueTask SetAsync(string key, byte[] value, CancellationToken cancellationToken) =>
            await cache.SetAsync(key, value, _options, cancellationToken).ConfigureAwait(false);
    }
}
