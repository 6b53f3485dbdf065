using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Resift;
using Resift.Retrieval;

// Answers from the notes below. Usage: RagChat [QUESTION]; without a question it reads them from the console.
// OPENAI_API_KEY, and for any other server that speaks the same protocol OPENAI_BASE_URL and OPENAI_MODEL, say which model answers.
// Without them it runs offline, and shows what the model would be asked.
SearchDocument[] notes =
[
    new("git-objects", "Git stores its objects in the folder .git, packed by delta compression."),
    new("git-undo", "To take back the last commit and keep its changes, run git reset --soft HEAD~1."),
    new("git-revert", "To undo a commit that others have already pulled, run git revert: it adds a new commit with the opposite change."),
    new("git-message", "A good commit message says why a change was made."),
    new("bread", "A sourdough loaf rises for twelve hours in a cool kitchen, then bakes at 240 degrees under a lid."),
    new("bicycle", "Oil the chain of a bicycle every 200 kilometres, and after every ride in the rain."),
    new("mars", "Mars has two moons, Phobos and Deimos, which were discovered in 1877."),
    new("library", "The town library lends books for four weeks; they can be renewed twice."),
];
using var embedder = MiniModels.LoadEmbeddingGenerator();
using var reranker = MiniModels.LoadReranker();
var dense = await DenseRetriever.CreateAsync(notes, embedder);
var search = new TwoStageRetriever(new HybridRetriever([new Bm25Retriever(notes), dense], FusionOptions.LexicalAndDense), reranker);

string? key = Environment.GetEnvironmentVariable("OPENAI_API_KEY");
string? address = Environment.GetEnvironmentVariable("OPENAI_BASE_URL");
bool isOffline = string.IsNullOrEmpty(key) && string.IsNullOrEmpty(address);
if (args.Length > 0 || isOffline)
{
    await AnswerAsync(args.Length > 0 ? string.Join(' ', args) : "How do I undo my last commit but keep the changes?");
    return;
}

Console.Write("> ");
while (Console.ReadLine() is { } question)
{
    if (!string.IsNullOrWhiteSpace(question))
    {
        await AnswerAsync(question);
    }

    Console.Write("> ");
}

async Task AnswerAsync(string question)
{
    if (isOffline)
    {
        ShowPrompt(await RagPrompt.BuildAsync(search, question));
        return;
    }

    using var client = Client();
    var rag = new RagPipeline(search, client);
    await foreach (var update in rag.AskStreamingAsync(question))
    {
        Console.Write(update.Text);
        if (update.Answer is { } answer)
        {
            Console.WriteLine();
            foreach (var passage in answer.CitedPassages)
            {
                Console.WriteLine($"[{passage.Number}] {passage.Id} {passage.Hit.Score:F3}");
            }
        }
    }
}

IChatClient Client() => new ChatClient(
    Environment.GetEnvironmentVariable("OPENAI_MODEL") ?? "gpt-4o-mini",
    new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key),
    string.IsNullOrEmpty(address) ? new() : new OpenAIClientOptions { Endpoint = new(address) }).AsIChatClient();

static void ShowPrompt(RagPrompt prompt)
{
    Console.WriteLine("No OPENAI_API_KEY or OPENAI_BASE_URL is set. These passages are the best:");
    foreach (var passage in prompt.Passages)
    {
        Console.WriteLine($"[{passage.Number}] {passage.Id} {passage.Hit.Score:F3}");
    }

    Console.WriteLine("The model would be asked:");
    foreach (var message in prompt.Messages)
    {
        Console.WriteLine($"\n--- {message.Role}\n{message.Text}");
    }
}
