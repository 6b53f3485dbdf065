using Resift;

// Usage: Providers [ADDRESS], for a server of your own instead of the provider's public address.
HttpRerankerOptions options = args is [var address, ..] ? new() { Endpoint = new(address) } : new();
string[] documents =
[
    "Why do Python programs leak memory at all? Python has a garbage collector, yet memory leaks in Python are a " +
    "frequent topic of talks at Python conferences.",
    "Python manages memory in a private heap that holds all objects. The interpreter counts the references to each " +
    "object, and a garbage collector takes care of reference cycles.",
    "Most memory leaks come from global lists and caches that only grow. Fix them by giving the cache a maximum size, " +
    "using weak references, and closing files and sessions that you no longer need.",
    "My Python script uses more and more memory until it is killed. Is this a memory leak in Python or in my code? I am " +
    "using Python 3.12 on Linux.",
    "To fix a memory leak, first find it: start tracemalloc, take a snapshot before and after the suspicious work, and " +
    "compare the two. The lines whose allocations keep growing hold the leak; drop the references there.",
    "A leak under the kitchen sink is quickly repaired: close the valve, unscrew the trap and replace the worn washer.",
    "MemoryError is the exception that Python raises when the system has no more memory to give, for example when a " +
    "program creates one huge array.",
    "To fix the leak, run gc.collect() and use objgraph to see which objects pile up and what still refers to them. " +
    "Breaking that reference, often a closure or a global list, lets Python free the memory.",
];

try
{
    // The one line to change: VoyageReranker, JinaReranker, MixedbreadReranker, PineconeReranker, TeiReranker, VllmReranker, …
    using var reranker = new CohereReranker(options);

    var response = await reranker.RerankAsync("How do I fix memory leak in Python?", documents);
    foreach (var (index, score) in response.Results)
    {
        Console.WriteLine($"{score:F4}  {documents[index][..60]}…");
    }

    Console.WriteLine($"{response.ModelId}, scores on the scale {response.ScoreScale}");
    Console.WriteLine($"Search units: {Known(response.Usage?.SearchUnits)}, tokens: {Known(response.Usage?.InputTokens)}, " +
        $"estimated cost in US dollars: {Known(response.Usage?.EstimatedCost)}");
    return 0;
}
catch (Exception error) when (error is InvalidOperationException or RerankerException)
{
    // No key in the environment, or an answer that is none: the message says what to do.
    Console.Error.WriteLine(error.Message);
    return 1;
}

static string Known(object? number) => number?.ToString() ?? "unknown";
