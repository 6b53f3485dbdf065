// How many machines, how large an index, what it costs: three loads, worked out from pairs a second that were measured.
// `--compare` puts a load on the bundled reranker and says how far the simulation is from what happens.
System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
if (args is ["--compare"])
{
    using var reranker = Resift.MiniModels.LoadReranker();
    await LoadTest.RunAsync(reranker, replicas: 1, Console.Out);
    return;
}

// Pairs a second of one vCPU, with pairs of 76 tokens on an AMD EPYC with AVX2: docs/measurements.md, November 2026. The full tier has
// twice the layers. Yours: dotnet run -c Release --project bench/Resift.Benchmarks -- peers.
Rate[] rates = [new("light tier", 50, 76), new("full tier", 25, 76)];

Workload team = new("10 million passages, 50 queries/s", 10_000_000, 50, Candidates: 50, TokensPerPair: 128, CacheHits: 0.2, 500);
Workload world = new("1 billion passages, 2,000 queries/s", 1_000_000_000, 2_000, Candidates: 50, TokensPerPair: 128, CacheHits: 0.4, 500);
Plan.Write(team, rates, Console.Out);
Console.WriteLine();
Plan.Write(world, rates, Console.Out);
Console.WriteLine();
Plan.WriteBatch("10 million pairs overnight", 10_000_000, hours: 8, tokensPerPair: 128, rates, Console.Out);
Console.WriteLine();
Plan.WriteBreakEven(cores: 2, candidates: 50, tokensPerPair: 128, Console.Out);
