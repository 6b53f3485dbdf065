using Resift.Local.Tests.Inference;
using Resift.Local.Tests.Models;
using Resift.Testing;

namespace Resift.Local.Tests;

/// <summary>A monoT5 in the whole reranker: its prompt, what is cut of it, and the scale of its scores.</summary>
public sealed class LocalRerankerT5Tests : PointwiseRerankerConformanceTests, IDisposable
{
    // The words of the prompt and of the answers, and letters with the space before each; what else there is is unknown.
    private static readonly string[] _pieces =
    [
        "<pad>", "</s>", "<unk>", "\u2581Query:", "\u2581Document:", "\u2581Relevant:", "\u2581true", "\u2581false",
        .. Enumerable.Range('a', 26).Select(letter => $"\u2581{(char)letter}"),
    ];

    private static readonly TinyModel _model = new()
    {
        ModelType = "t5",
        AnswersInWords = true,
        Layers = 2,
        VocabularySize = _pieces.Length,
        Answers = (Id("\u2581true"), Id("\u2581false")),
        Positions = 24,
    };

    private readonly TemporaryFolder _folder = new();

    public LocalRerankerT5Tests()
    {
        _model.Write(_folder.Path);
        WriteTokenizer(_pieces);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RerankAsync_Pair_IsAskedByThePromptAndScoredByItsAnswer()
    {
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("w h", ["c a t", ""], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ScoreScale.Probability, response.ScoreScale);
        AssertScore(response, 0, "Query:", "w", "h", "Document:", "c", "a", "t", "Relevant:");
        AssertScore(response, 1, "Query:", "w", "h", "Document:", "Relevant:");
    }

    [Fact]
    public async Task RerankAsync_LongDocument_IsCutAndNothingOfThePrompt()
    {
        using var reranker = LocalReranker.Load(_folder.Path);
        string[] letters = [.. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}")];

        var response = await reranker.RerankAsync(
            "w h", [string.Join(' ', letters)], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(24, reranker.GetService<RerankerMetadata>()!.MaxTokensPerPair);
        Assert.Equal((24, 8), ((int)response.Usage!.InputTokens!, response.Usage.TruncatedDocuments![0].TokensCut));
        AssertScore(response, 0, ["Query:", "w", "h", "Document:", .. letters[..18], "Relevant:"]);
    }

    [Fact]
    public async Task RerankAsync_Instruction_IsRefused()
    {
        using var reranker = LocalReranker.Load(_folder.Path);

        Assert.Null(reranker.GetService<LocalModelInfo>()!.Instruction);
        await Assert.ThrowsAsync<NotSupportedException>(() => reranker.RerankAsync(
            "a", ["b"], new() { Instruction = "judge" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Load_TokenizerWithoutTheAnswers_SaysWhichIsMissing()
    {
        WriteTokenizer([.. _pieces.Select(piece => piece == "\u2581true" ? "\u2581yes" : piece)]);

        var error = Assert.Throws<InvalidDataException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains("The tokenizer has no token 'true'", error.Message, StringComparison.Ordinal);
    }

    protected override IReranker CreateReranker() => LocalReranker.Load(_folder.Path, new() { Threads = 2 });

    private static int Id(string piece) => Array.IndexOf(_pieces, piece);

    private static void AssertScore(RerankResponse response, int index, params string[] words)
    {
        int[] ids = [.. words.Select(word => Id($"\u2581{word}")), Id("</s>")];
        var reference = ReferenceModel.Of(_model);
        double logit = reference.Logits(reference.Hidden(ids, ids.Length))[0];
        Assert.Equal(1 / (1 + Math.Exp(-logit)), response.Results.Single(result => result.Index == index).Score, 1e-4);
    }

    private void WriteTokenizer(string[] pieces)
    {
        File.Delete(_folder.File("vocab.txt"));
        string vocabulary = string.Join(',', pieces.Select(piece => $"[\"{piece}\",-2]"));
        File.WriteAllText(_folder.File("tokenizer.json"), $$"""
            {"added_tokens":[{"id":0,"content":"<pad>","special":true},{"id":1,"content":"</s>","special":true},
              {"id":2,"content":"<unk>","special":true}],
             "normalizer":null,"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
              {"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true}]},
             "post_processor":{"type":"TemplateProcessing",
              "single":[{"Sequence":{"id":"A","type_id":0} },{"SpecialToken":{"id":"</s>","type_id":0} }],
              "pair":[{"Sequence":{"id":"A","type_id":0} },{"SpecialToken":{"id":"</s>","type_id":0} },
                {"Sequence":{"id":"B","type_id":0} },{"SpecialToken":{"id":"</s>","type_id":0} }],
              "special_tokens":{"</s>":{"id":"</s>","ids":[1],"tokens":["</s>"]} } },
             "model":{"type":"Unigram","unk_id":2,"vocab":[{{vocabulary}}]} }
            """);
    }
}
