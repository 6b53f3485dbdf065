using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>What the rounds of a comparison gave.</summary>
/// <param name="Engines">The engines.</param>
/// <param name="Seconds">The time of each engine in each round, over all requests.</param>
/// <param name="Peaks">
/// The multiply-add rate of the machine beside each engine in each round, in GFLOP/s: measured before each of its turns, and weighted with
/// its time.
/// </param>
/// <param name="Bytes">The managed memory that each engine allocated over all rounds and requests.</param>
/// <param name="LargestDifference">The largest difference between two engines' scores of one pair.</param>
internal sealed record PeerTimings(
    IReadOnlyList<PeerEngine> Engines, double[][] Seconds, double[][] Peaks, long[] Bytes, double LargestDifference)
{
    private const int WarmUpRounds = 2;
    private const int LeastRounds = 3;

    /// <summary>Times engines in turns, so that whatever else the machine does hits all of them alike.</summary>
    /// <param name="engines">The engines.</param>
    /// <param name="requests">What each of them scores in each round.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="box">The time after which no round begins, but the first three.</param>
    /// <remarks>Within a round the engines take turns at every request, and whose turn is first changes with it.</remarks>
    public static PeerTimings Measure(
        IReadOnlyList<PeerEngine> engines, IReadOnlyList<EncodedPair[]> requests, int rounds, int threads, TimeBox box)
    {
        double[][] seconds = [.. engines.Select(_ => new double[rounds])];
        double[][] possible = [.. engines.Select(_ => new double[rounds])];
        long[] bytes = new long[engines.Count];
        double difference = 0;
        int done = 0;
        foreach (int round in box.Take(Enumerable.Range(-WarmUpRounds, WarmUpRounds + rounds), WarmUpRounds + LeastRounds))
        {
            for (int i = 0; i < requests.Count; i++)
            {
                float[][] scores = new float[engines.Count][];
                for (int turn = 0; turn < engines.Count; turn++)
                {
                    int engine = (turn + i + round + WarmUpRounds) % engines.Count;
                    double peak = RegisterPeak.MultiplyAdd.MeasureNow(threads);
                    long allocated = GC.GetTotalAllocatedBytes(precise: true);
                    long start = Stopwatch.GetTimestamp();
                    scores[engine] = engines[engine].Score(requests[i]);
                    double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
                    if (round >= 0)
                    {
                        seconds[engine][round] += elapsed;
                        possible[engine][round] += peak * elapsed;
                        bytes[engine] += GC.GetTotalAllocatedBytes(precise: true) - allocated;
                    }
                }

                difference = Math.Max(difference, ScoreAgreement.LargestDifference([.. scores.Where((_, i) => engines[i].IsExact)]));
            }

            done = round + 1;
        }

        double[][] peaks = [.. possible.Zip(seconds, (all, times) => all[..done].Zip(times, (one, time) => one / time).ToArray())];
        return new(engines, [.. seconds.Select(times => times[..done])], peaks, bytes, difference);
    }

    /// <summary>Gives, for each round, how many times longer one engine took than another.</summary>
    public IEnumerable<double> Ratios(PeerEngine slower, PeerEngine faster) => Of(slower).Zip(Of(faster), (a, b) => a / b);

    /// <summary>Gives one engine's time in each round.</summary>
    public double[] Of(PeerEngine engine) => Seconds[Engines.ToList().IndexOf(engine)];
}
