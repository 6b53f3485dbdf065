using CsCheck;
using Resift.Testing;

namespace Resift.Tests.Llm;

/// <summary>Whatever a model writes: no document is lost, none comes twice, nothing throws.</summary>
public sealed class AnswerPropertyTests
{
    private static readonly string[] _starts = ["{\"grade\":", "{\"better\":\"", "{\"ranking\":[", "\"\\ud800\""];

    private static readonly Gen<string> _answers = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["[]{}\":,>0123456789 \n.-AB"], 0, 60],
        Gen.Int[-3, 12].Array[0, 15].Select(ids => $$"""{"ranking":[{{string.Join(',', ids)}}]}"""),
        Gen.Int[-3, 12].Array[0, 15].Select(ids => string.Join(" > ", ids.Select(id => $"[{id}]"))),
        Gen.Int[0, _starts.Length - 1].SelectMany(start => Gen.String.Select(end => _starts[start] + end)));

    [Fact]
    public void Listwise_AnyAnswer_EveryDocumentOnce() => Check(client => new ListwiseLlmReranker(client));

    [Fact]
    public void Pointwise_AnyAnswer_EveryDocumentOnce() => Check(client => new PointwiseLlmReranker(client));

    [Fact]
    public void Pairwise_AnyAnswer_EveryDocumentOnce() => Check(client => new PairwiseLlmReranker(client, new() { TopK = 2 }));

    private static void Check(Func<TestChatClient, IReranker> make) => _answers.Sample(
        answer =>
        {
            using var reranker = make(new(_ => answer));
            var call = reranker.RerankAsync("q", ["a", "b", "c", "d"], cancellationToken: TestContext.Current.CancellationToken);

            // The scripted client answers at once, so the call is over, but for the pointwise one's threads.
            var response = call.GetAwaiter().GetResult();
            Assert.Equal([0, 1, 2, 3], response.Results.Select(result => result.Index).Order());
            return true;
        },
        iter: 2_000);
}
