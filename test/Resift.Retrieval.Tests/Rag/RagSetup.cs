using Resift.Testing;

namespace Resift.Retrieval.Tests;

/// <summary>Searches over few passages, and what they find.</summary>
internal static class RagSetup
{
    public const string Question = "how many moons has mars";
    public const string Moons = "mars has two moons";
    public const string ManyMoons = "how many moons jupiter has";
    public const string Bread = "bread needs yeast";

    /// <summary>A first stage with these texts and a reranker that scores the share of the question's words that a text has.</summary>
    public static TwoStageRetriever Search(params string[] texts) => Search(new TestReranker(), texts);

    public static TwoStageRetriever Search(IReranker reranker, params string[] texts) => new(new ScriptedRetriever(texts), reranker);

    public static TwoStageRetriever Search(params SearchDocument[] documents) =>
        Search(Equal, documents);

    public static TwoStageRetriever Search(IReranker reranker, params SearchDocument[] documents) =>
        new(new ScriptedRetriever(new RetrievalResponse([.. documents.Select(document => new Candidate(document, 1))])), reranker);

    /// <summary>A reranker that finds everything relevant, in the order that it gets.</summary>
    public static TestReranker Equal => Rerankers.Answering((_, texts) =>
        RerankResponse.Create([.. texts.Select(_ => 1.0)], ScoreScale.Probability, null));

    public static SearchDocument Titled(string id, string title, string text) =>
        new(id, text) { Metadata = new Dictionary<string, string> { [SearchDocument.TitleKey] = title } };
}
