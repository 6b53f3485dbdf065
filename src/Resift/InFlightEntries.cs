using System.Collections.Concurrent;

namespace Resift;

/// <summary>The cache entries that some call is making at this moment, so that others wait for them instead of making them again.</summary>
internal sealed class InFlightEntries
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<CacheEntry?>> _entries = new(StringComparer.Ordinal);

    /// <summary>Takes on the entries that nobody makes yet, and joins those that somebody does.</summary>
    public Claimed Claim(IEnumerable<string> keys) => new(this, keys);

    /// <summary>One call's share of the entries under way. Disposing gives up what it took on and did not complete.</summary>
    internal sealed class Claimed : IDisposable
    {
        private readonly InFlightEntries _owner;
        private readonly Dictionary<string, TaskCompletionSource<CacheEntry?>> _mine = new(StringComparer.Ordinal);
        private readonly List<(string Key, Task<CacheEntry?> Entry)> _others = [];

        public Claimed(InFlightEntries owner, IEnumerable<string> keys)
        {
            _owner = owner;
            foreach (string key in keys)
            {
                var mine = new TaskCompletionSource<CacheEntry?>(TaskCreationOptions.RunContinuationsAsynchronously);
                var winner = owner._entries.GetOrAdd(key, mine);
                if (winner == mine)
                {
                    _mine.Add(key, mine);
                }
                else
                {
                    _others.Add((key, winner.Task));
                }
            }

            Own = [.. _mine.Keys];
        }

        /// <summary>Gets the keys that this call has to make.</summary>
        public IReadOnlyList<string> Own { get; }

        public void Complete(string key, CacheEntry entry) => _mine[key].TrySetResult(entry);

        /// <summary>Waits for what others make; those that others gave up are left out.</summary>
        public async Task<IReadOnlyList<(string Key, CacheEntry Entry)>> OthersAsync(CancellationToken cancellationToken)
        {
            var made = new List<(string, CacheEntry)>(_others.Count);
            foreach (var (key, making) in _others)
            {
                if (await making.WaitAsync(cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    made.Add((key, entry));
                }
            }

            return made;
        }

        public void Dispose()
        {
            foreach (var (key, mine) in _mine)
            {
                _owner._entries.TryRemove(key, out _);
                mine.TrySetResult(null);
            }
        }
    }
}
