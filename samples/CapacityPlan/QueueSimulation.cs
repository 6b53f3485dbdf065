/// <summary>
/// Replays a load on replicas of one reranker: queries come at random (Poisson), each goes to the less busy of two replicas chosen at
/// random, and those on one replica share its processor evenly, as the engine's queue shares it batch by batch.
/// </summary>
internal static class QueueSimulation
{
    /// <summary>Gets random times of queries, the same ones each time.</summary>
    /// <param name="queriesPerSecond">How many there are in a second, on average.</param>
    public static IEnumerable<double> Arrivals(double queriesPerSecond)
    {
        var random = new Random(1);
        for (double now = 0; ;)
        {
            now += -Math.Log(1 - random.NextDouble()) / queriesPerSecond;
            yield return now;
        }
    }

    /// <summary>Simulates, the same way each time.</summary>
    /// <param name="arrivals">When queries come, in seconds.</param>
    /// <param name="secondsAlone">How long a query takes on a replica that has nothing else to do.</param>
    /// <param name="replicas">How many replicas there are.</param>
    /// <param name="together">
    /// How many queries' worth of work a replica does at once when it has enough of them: above 1 where one alone leaves some of it idle,
    /// below 1 where several get in each other's way.
    /// </param>
    /// <returns>The seconds that each query took, in rising order.</returns>
    public static double[] Run(IEnumerable<double> arrivals, double secondsAlone, int replicas, double together = 1)
    {
        var random = new Random(2);
        var busy = Enumerable.Range(0, replicas).Select(_ => new Replica(together)).ToArray();
        var taken = new List<double>();
        foreach (double now in arrivals)
        {
            int one = random.Next(replicas);
            int other = replicas == 1 ? one : (one + 1 + random.Next(replicas - 1)) % replicas;
            var (first, second) = (busy[one], busy[other]);
            first.AdvanceTo(now, taken);
            second.AdvanceTo(now, taken);
            (first.Count <= second.Count ? first : second).Add(now, secondsAlone);
        }

        foreach (var replica in busy)
        {
            replica.AdvanceTo(double.PositiveInfinity, taken);
        }

        return [.. taken.Order()];
    }

    /// <summary>Gets the time that a share of the queries keep to.</summary>
    public static double Quantile(double[] ordered, double share) =>
        ordered[Math.Min(ordered.Length - 1, (int)Math.Ceiling(share * ordered.Length) - 1)];

    /// <summary>Processor sharing: all that is under way gets an equal share, so what began with least to do ends first.</summary>
    private sealed class Replica(double together)
    {
        // By the amount of service, in seconds alone, at which each query is done.
        private readonly PriorityQueue<double, double> _underWay = new();
        private double _now;
        private double _served;

        public int Count => _underWay.Count;

        /// <summary>Gets how long each of those under way takes for a second's worth of its work.</summary>
        private double Slowness => _underWay.Count <= 1 ? 1 : Math.Max(1, _underWay.Count / together);

        public void Add(double now, double work) => _underWay.Enqueue(now, _served + work);

        public void AdvanceTo(double time, List<double> taken)
        {
            while (_underWay.TryPeek(out double came, out double doneAt))
            {
                double ends = _now + ((doneAt - _served) * Slowness);
                if (ends > time)
                {
                    _served += (time - _now) / Slowness;
                    break;
                }

                _underWay.Dequeue();
                (_now, _served) = (ends, doneAt);
                taken.Add(ends - came);
            }

            _now = double.IsFinite(time) ? time : _now;
        }
    }
}
