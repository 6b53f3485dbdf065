using System.Globalization;
using Resift.Testing;

namespace Resift.Tests.Llm;

/// <summary>
/// Plays a chat model that knows the true grades and makes mistakes at a stated rate, always the same ones. A document's text is its id.
/// </summary>
/// <param name="grades">The grades by document id; 0 for the others.</param>
/// <param name="swaps">How probable it is that two neighbours of an order change places, or that a choice is the wrong one.</param>
/// <param name="malformed">How probable it is that an order comes with an id left out, one repeated and one that is unknown.</param>
/// <param name="seed">The seed of the mistakes.</param>
internal sealed class NoisyOracle(IReadOnlyDictionary<string, int> grades, double swaps, double malformed, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Gets how many orders were made incomplete on purpose.</summary>
    public int Malformed { get; private set; }

    public TestChatClient Client() => new(Answer);

    private string Answer(string prompt)
    {
        // Both orders of a pair are asked at once, on one thread: the scripted client answers before it gives control back.
        var documents = PromptReader.Read(prompt).Documents;
        return prompt.Contains("Rank the ", StringComparison.Ordinal) ? Order(documents) : Better(documents);
    }

    private string Order(IReadOnlyList<(string Id, string Text)> documents)
    {
        string[] order = [.. documents.OrderByDescending(document => Grade(document.Text)).Select(document => document.Id)];
        for (int i = 1; i < order.Length; i++)
        {
            if (_random.NextDouble() < swaps)
            {
                (order[i - 1], order[i]) = (order[i], order[i - 1]);
            }
        }

        if (_random.NextDouble() < malformed)
        {
            Malformed++;
            int lost = _random.Next(1, order.Length);
            order = [.. order[..lost], order[lost - 1], (order.Length + 1).ToString(CultureInfo.InvariantCulture), .. order[(lost + 1)..]];
            return $"Here you are: [{string.Join("] > [", order)}]. I hope this helps.";
        }

        return $$"""{"ranking":[{{string.Join(',', order)}}]}""";
    }

    // Like many models, it says A if it sees no difference.
    private string Better(IReadOnlyList<(string Id, string Text)> documents)
    {
        bool isB = Grade(documents[1].Text) > Grade(documents[0].Text);
        return isB != _random.NextDouble() < swaps ? "B" : "A";
    }

    private int Grade(string documentId) => grades.GetValueOrDefault(documentId);
}
