using System.Collections.Concurrent;

namespace Resift;

/// <summary>The cache entries that some call is making at this moment, so that others wait for them instead of making them again.</summary>
internal sealed class InFlightEntries
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Made>> _entries = new(StringComparer.Ordinal);

    /// <summary>Takes on the entries that nobody makes yet, and joins those that somebody does.</summary>
    /// <param name="keys">The keys of all entries that a call needs.</param>
    /// <param name="alone">True to make them all, also those that somebody makes.</param>
    /// <param name="cancellationToken">Cancels the call: what it then gives up is for another to make, and did not fail.</param>
    public Claimed Claim(IEnumerable<string> keys, bool alone, CancellationToken cancellationToken) =>
        new(this, keys, alone, cancellationToken);

    /// <summary>What became of an entry: null if its call gave it up, because it was cancelled or because it failed.</summary>
    internal readonly record struct Made(RerankResponse? Entry, bool Failed);

    /// <summary>One call's share of the entries under way. Disposing gives up what it took on and did not complete.</summary>
    internal sealed class Claimed : IDisposable
    {
        private readonly InFlightEntries _owner;
        private readonly CancellationToken _cancellationToken;
        private readonly Dictionary<string, TaskCompletionSource<Made>> _mine = new(StringComparer.Ordinal);
        private readonly List<(string Key, Task<Made> Entry)> _others = [];

        public Claimed(InFlightEntries owner, IEnumerable<string> keys, bool alone, CancellationToken cancellationToken)
        {
            _owner = owner;
            _cancellationToken = cancellationToken;
            var own = new List<string>();
            foreach (string key in keys)
            {
                var mine = new TaskCompletionSource<Made>(TaskCreationOptions.RunContinuationsAsynchronously);
                var winner = owner._entries.GetOrAdd(key, mine);
                if (winner == mine)
                {
                    _mine.Add(key, mine);
                }

                if (winner == mine || alone)
                {
                    own.Add(key);
                }
                else
                {
                    _others.Add((key, winner.Task));
                }
            }

            Own = own;
        }

        /// <summary>Gets the keys that this call has to make.</summary>
        public IReadOnlyList<string> Own { get; }

        /// <summary>Gets a value indicating whether another call failed that this one has waited for.</summary>
        public bool OthersFailed { get; private set; }

        public void Complete(string key, RerankResponse entry) => _mine.GetValueOrDefault(key)?.TrySetResult(new(entry, Failed: false));

        /// <summary>Waits for what others make; those that others gave up are left out.</summary>
        public async Task<IReadOnlyList<(string Key, RerankResponse Entry)>> OthersAsync(CancellationToken cancellationToken)
        {
            var made = new List<(string, RerankResponse)>(_others.Count);
            foreach (var (key, making) in _others)
            {
                var (entry, failed) = await making.WaitAsync(cancellationToken).ConfigureAwait(false);
                OthersFailed |= failed;
                if (entry is not null)
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
                mine.TrySetResult(new(null, Failed: !_cancellationToken.IsCancellationRequested));
            }
        }
    }
}
