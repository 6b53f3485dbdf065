using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using Resift;

// Keys are in OPENAI_API_KEY and CO_API_KEY. OPENAI_BASE_URL and CO_API_URL may name servers of your own.
const string Query = "How do I fix memory leak in Python?";
string[] documents =
[
    "Why do Python programs leak memory at all? Python has a garbage collector, yet leaks are a frequent topic of Python conferences.",
    "Python manages memory in a private heap that holds all objects, and a garbage collector takes care of reference cycles.",
    "Most memory leaks come from global lists and caches that only grow. Give the cache a maximum size, and use weak references.",
    "My Python script uses more and more memory until it is killed. Is this a memory leak in Python or in my code?",
    "To fix a memory leak, start tracemalloc, take a snapshot before and after the suspicious work, and compare the two.",
    "A leak under the kitchen sink is quickly repaired: close the valve, unscrew the trap and replace the worn washer.",
];
string address = Environment.GetEnvironmentVariable("OPENAI_BASE_URL") is { Length: > 0 } own ? own : "https://api.openai.com/v1";
var key = new ApiKeyCredential(Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } set ? set : "none");

try
{
    var openAI = new OpenAIClient(key, new() { Endpoint = new(address) }).GetEmbeddingClient("text-embedding-3-small");
    using var nearest = new EmbeddingReranker(openAI.AsIEmbeddingGenerator());
    using var reranker = new CohereReranker();
    var candidates = await nearest.RerankAsync(Query, documents, new() { TopN = 4 });
    var best = await reranker.RerankAsync(Query, [.. candidates.Results.Select(candidate => documents[candidate.Index])]);

    foreach (var (place, score) in best.Results)
    {
        var (index, cosine) = candidates.Results[place];
        Console.WriteLine($"{score:F4}, was {cosine:F4} at place {place + 1}  {documents[index][..60]}…");
    }

    return 0;
}
catch (Exception error) when (error is InvalidOperationException or RerankerException or ClientResultException)
{
    // No key in the environment, or an answer that is none: the message says what to do.
    Console.Error.WriteLine(error.Message);
    return 1;
}
