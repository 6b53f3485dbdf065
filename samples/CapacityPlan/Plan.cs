using Resift;

/// <summary>How many machines a load needs, how large its index is, and what both cost beside a hosted reranker.</summary>
internal static class Plan
{
    /// <summary>The vCPUs of a replica.</summary>
    private const int Cores = 16;

    // On-demand, Linux, us-east-1: c5.4xlarge, 0.68 US dollars an hour for 16 vCPUs (AWS's user guide of EC2 Auto Scaling, "Spot price per
    // unit hour example", read in November 2026).
    private const double DollarsPerCoreHour = 0.68 / 16;

    // A passage: 384 numbers of single precision; 600 bytes of text; its words in an index, two thirds as much as the text.
    private const int VectorBytes = 384 * sizeof(float);
    private const int TextBytes = 600;
    private const int WordBytes = 400;

    private const int SimulatedQueries = 200_000;

    public static void Write(Workload load, IReadOnlyList<Rate> rates, TextWriter output)
    {
        output.WriteLine(load.Name);
        string vectors = Size(load.Passages * VectorBytes), texts = Size(load.Passages * (TextBytes + WordBytes));
        output.WriteLine($"  index       {vectors} of vectors, {texts} of text and words");
        output.WriteLine($"  reranker    {load.PairsPerSecond:N0} pairs/s: {load.Reranked:N0} queries/s past the cache, " +
            $"{load.Candidates} candidates of {load.TokensPerPair} tokens");
        foreach (var rate in rates)
        {
            double alone = load.Candidates / (rate.For(load.TokensPerPair) * Cores);
            int least = (int)Math.Floor(load.Reranked * alone) + 1;
            if (alone * 1000 > load.MillisecondsAtP99)
            {
                output.WriteLine($"  {rate.Name,-11} a query alone takes {alone * 1000:N0} ms on {Cores} vCPUs, more than the " +
                    $"{load.MillisecondsAtP99:N0} ms wanted: fewer candidates, or more vCPUs a replica");
                continue;
            }

            int replicas = FewestReplicas(load, alone, least);
            double[] taken = Simulate(load, alone, replicas);
            double busy = load.Reranked * alone / replicas, dollars = replicas * Cores * DollarsPerCoreHour * 24;
            output.WriteLine($"  {rate.Name,-11} {replicas:N0} replicas of {Cores} vCPUs, {busy:P0} busy; " +
                $"p50 {Ms(taken, 0.5)}, p99 {Ms(taken, 0.99)}; {dollars:N0} US dollars a day");
        }

        Hosted(load.Reranked * 86_400, load, output);
    }

    /// <summary>A number of pairs by a time, with nobody waiting for each.</summary>
    public static void WriteBatch(
        string name, long pairs, double hours, int tokensPerPair, IReadOnlyList<Rate> rates, TextWriter output)
    {
        output.WriteLine(name);
        foreach (var rate in rates)
        {
            double cores = pairs / (hours * 3600 * rate.For(tokensPerPair));
            double dollars = cores * hours * DollarsPerCoreHour;
            output.WriteLine($"  {rate.Name,-11} {Math.Ceiling(cores):N0} vCPUs for {hours:N0} hours, {dollars:N2} US dollars");
        }

        Hosted(pairs / 100.0, new(name, 0, 0, 100, tokensPerPair, 0, 0), output);
    }

    /// <summary>Up to how many queries a day a hosted reranker costs less than a machine of one's own, which costs the same idle.</summary>
    public static void WriteBreakEven(int cores, int candidates, int tokensPerPair, TextWriter output)
    {
        double perDay = cores * DollarsPerCoreHour * 24;
        output.WriteLine($"{cores} vCPUs of one's own, {perDay:N2} US dollars a day, {candidates} candidates of {tokensPerPair} tokens");
        foreach (var (model, dollars) in Prices(1000, candidates, tokensPerPair))
        {
            output.WriteLine($"  hosted      cohere {model} is cheaper below {perDay / (double)dollars * 1000:N0} queries a day");
        }
    }

    private static int FewestReplicas(Workload load, double alone, int least)
    {
        int replicas = least;
        while (QueueSimulation.Quantile(Simulate(load, alone, replicas), 0.99) * 1000 > load.MillisecondsAtP99)
        {
            replicas += Math.Max(1, replicas / 50);
        }

        return replicas;
    }

    private static double[] Simulate(Workload load, double alone, int replicas) =>
        QueueSimulation.Run(QueueSimulation.Arrivals(load.Reranked).Take(SimulatedQueries), alone, replicas);

    private static void Hosted(double queries, Workload load, TextWriter output)
    {
        foreach (var (model, dollars) in Prices(queries, load.Candidates, load.TokensPerPair))
        {
            string perDay = load.QueriesPerSecond > 0 ? " a day" : "";
            output.WriteLine(
                $"  hosted      cohere {model}: {dollars:N0} US dollars{perDay}, by the prices of {PriceTable.Default.AsOf:MMMM yyyy}");
        }
    }

    private static IEnumerable<(string Model, decimal Dollars)> Prices(double queries, int candidates, int tokensPerPair)
    {
        var usage = new RerankUsage
        {
            InputTokens = (long)(queries * candidates * tokensPerPair),
            SearchUnits = (long)(queries * Math.Ceiling(candidates / 100.0)),
        };
        return ((string[])["rerank-v4.0-fast", "rerank-v5.0-fast"]).Select(model =>
            (model, PriceTable.Default.Estimate("cohere", model, usage) ?? throw new InvalidOperationException($"No price of {model}.")));
    }

    private static string Ms(double[] taken, double share) => $"{QueueSimulation.Quantile(taken, share) * 1000:N0} ms";

    private static string Size(double bytes) => bytes >= 1e12 ? $"{bytes / 1e12:N1} TB" : $"{bytes / 1e9:N1} GB";
}
