/// <summary>
/// Replays a load on replicas of one reranker: queries come at random (Poisson), each goes to the less busy of two replicas chosen at
/// random, and those on one replica share its processor evenly, as the engine's queue shares it batch by batch.
/// </summary>
internal static class QueueSimulation
{
    /// <summary>Simulates, the same way each time.</summary>
    /// <param name="queriesPerSecond">The load.</param>
    /// <param name="secondsAlone">How long a query takes on a replica that has nothing else to do.</param>
    /// <param name="replicas">How many replicas there are.</param>
    /// <param name="queries">How many queries are simulated.</param>
    /// <returns>The seconds that each query took, in rising order; infinite where the load is more than the replicas can do.</returns>
    public static double[] Run(double queriesPerSecond, double secondsAlone, int replicas, int queries)
    {
        if (queriesPerSecond * secondsAlone >= replicas)
        {
            return [double.PositiveInfinity];
        }

        var random = new Random(1);
        var busy = Enumerable.Range(0, replicas).Select(_ => new Replica()).ToArray();
        var taken = new List<double>(queries);
        double now = 0;
        for (int query = 0; query < queries; query++)
        {
            now += -Math.Log(1 - random.NextDouble()) / queriesPerSecond;
            var first = busy[random.Next(replicas)];
            var second = busy[random.Next(replicas)];
            first.AdvanceTo(now, taken);
            second.AdvanceTo(now, taken);
            (first.Count <= second.Count ? first : second).Add(now, secondsAlone);
        }

        foreach (var replica in busy)
        {
            replica.AdvanceTo(double.PositiveInfinity, taken);
        }

        // What came while nothing was under way yet had it too easy.
        return [.. taken.Skip(queries / 10).Order()];
    }

    /// <summary>Gets the time that a share of the queries keep to.</summary>
    public static double Quantile(double[] ordered, double share) =>
        ordered[Math.Min(ordered.Length - 1, (int)Math.Ceiling(share * ordered.Length) - 1)];

    /// <summary>Processor sharing: all that is under way gets an equal share, so what began with least to do ends first.</summary>
    private sealed class Replica
    {
        // By the amount of service, in seconds alone, at which each query is done.
        private readonly PriorityQueue<double, double> _underWay = new();
        private double _now;
        private double _served;

        public int Count => _underWay.Count;

        public void Add(double now, double work) => _underWay.Enqueue(now, _served + work);

        public void AdvanceTo(double time, List<double> taken)
        {
            while (_underWay.TryPeek(out double came, out double doneAt))
            {
                double ends = _now + ((doneAt - _served) * _underWay.Count);
                if (ends > time)
                {
                    _served += (time - _now) / _underWay.Count;
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
