using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Resift.Tests.Chaos;

/// <summary>A small cache that forgets, that is down at times, and that gives back bytes which went bad.</summary>
internal sealed class UnreliableCache(int seed) : IDistributedCache
{
    // A few hundred entries: calls meet in it, and it forgets the older ones.
    private readonly MemoryDistributedCache _cache = new(Options.Create(new MemoryDistributedCacheOptions { SizeLimit = 20_000 }));
    private readonly Random _random = new(seed);

    public byte[]? Get(string key) => throw new NotSupportedException("No caller waits for a cache.");

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        int roll = Roll();
        byte[]? value = roll < 2 ? throw new IOException("The cache is down.") : await _cache.GetAsync(key, token);
        return roll < 5 && value is not null ? [.. value[..^1], (byte)~value[^1]] : value;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        throw new NotSupportedException("No caller waits for a cache.");

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        Roll() < 2 ? throw new IOException("The cache is down.") : _cache.SetAsync(key, value, options, token);

    public void Refresh(string key) => _cache.Refresh(key);

    public Task RefreshAsync(string key, CancellationToken token = default) => _cache.RefreshAsync(key, token);

    public void Remove(string key) => _cache.Remove(key);

    public Task RemoveAsync(string key, CancellationToken token = default) => _cache.RemoveAsync(key, token);

    private int Roll()
    {
        lock (_random)
        {
            return _random.Next(200);
        }
    }
}
