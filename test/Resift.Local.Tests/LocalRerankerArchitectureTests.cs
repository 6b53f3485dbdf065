using Resift.Local.Tests.Inference;
using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

/// <summary>Each architecture in the whole reranker: tokens, queue and batches, against a forward pass in double precision.</summary>
public sealed class LocalRerankerArchitectureTests : IDisposable
{
    private const int Space = 4;
    private const int FirstLetter = 5;

    private const string SpecialTokens = """
        "added_tokens":[{"id":0,"content":"<s>","special":true},{"id":1,"content":"<pad>","special":true},
          {"id":2,"content":"</s>","special":true},{"id":3,"content":"<unk>","special":true}],
        "post_processor":{"type":"RobertaProcessing","sep":["</s>",2],"cls":["<s>",0],"trim_offsets":true,"add_prefix_space":false}
        """;

    private const string ByteLevelBpe = $$$"""
        {{{{SpecialTokens}}},
         "normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
         "model":{"type":"BPE","vocab":{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"\u0120":4,LETTERS},"merges":[]}}
        """;

    private const string Unigram = $$$"""
        {{{{SpecialTokens}}},
         "normalizer":{"type":"NFKC"},"pre_tokenizer":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true},
         "model":{"type":"Unigram","unk_id":3,"vocab":[["<s>",0],["<pad>",0],["</s>",0],["<unk>",0],["\u2581",-2],LETTERS]}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert")]
    [InlineData("electra")]
    [InlineData("roberta")]
    [InlineData("distilbert")]
    [InlineData("mpnet")]
    [InlineData("modernbert")]
    [InlineData("deberta-v2")]
    [InlineData("jina")]
    public async Task RerankAsync_Architecture_GivesTheReferenceLogits(string type)
    {
        var model = new TinyModel { ModelType = type, Layers = 2, Positions = 64 };
        model.Write(_folder.Path, ConfigChange.Logits);
        const string Query = "w h a t";
        string[] documents = Letters.Texts(30, 40);
        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 2, BatchTokens = 64 });

        var response = await reranker.RerankAsync(Query, documents, cancellationToken: TestContext.Current.CancellationToken);

        var reference = ReferenceModel.Of(model);
        Assert.Equal(documents.Length, response.Results.Count);
        Assert.All(response.Results, result =>
        {
            int[] query = Letters.Ids(Query);
            double expected = reference.Logits(reference.Hidden([.. query, .. Letters.Ids(documents[result.Index])[1..]], query.Length))[0];
            Assert.InRange(result.Score, expected - 1e-4, expected + 1e-4);
        });
    }

    [Theory]
    [InlineData(ByteLevelBpe)]
    [InlineData(Unigram)]
    public async Task RerankAsync_TokenizerOfTheFamily_PairsAsItDoes(string tokenizer)
    {
        var model = new TinyModel { ModelType = "roberta", Layers = 2, Positions = 64 };
        model.Write(_folder.Path, ConfigChange.Logits);
        File.Delete(_folder.File("vocab.txt"));
        var letters = Enumerable.Range(0, 26).Select(i => (Piece: ((char)('a' + i)).ToString(), Id: FirstLetter + i));
        var others = Enumerable.Range(FirstLetter + 26, model.VocabularySize - FirstLetter - 26).Select(id => (Piece: $"word{id}", Id: id));
        File.WriteAllText(_folder.File("tokenizer.json"), tokenizer.Replace(
            "LETTERS",
            string.Join(',', letters.Concat(others).Select(piece =>
                tokenizer == ByteLevelBpe ? $"\"{piece.Piece}\":{piece.Id}" : $"[\"{piece.Piece}\",-3]")),
            StringComparison.Ordinal));
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("w h", ["c a t"], cancellationToken: TestContext.Current.CancellationToken);

        int[] ids = tokenizer == ByteLevelBpe
            ? [0, Id('w'), Space, Id('h'), 2, 2, Id('c'), Space, Id('a'), Space, Id('t'), 2]
            : [0, Space, Id('w'), Space, Id('h'), 2, 2, Space, Id('c'), Space, Id('a'), Space, Id('t'), 2];
        var reference = ReferenceModel.Of(model);
        Assert.Equal(ids.Length, response.Usage!.InputTokens);
        Assert.Equal(reference.Logits(reference.Hidden(ids, ids.Length))[0], response.Results[0].Score, 1e-4);

        static int Id(char letter) => FirstLetter + letter - 'a';
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("mpnet")]
    public async Task RerankAsync_PositionsBehindPadding_CutsToWhatIsLeft(string type)
    {
        new TinyModel { ModelType = type, Positions = 34 }.Write(_folder.Path);
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("a", [Letters.Text(100)], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(32, response.Usage!.InputTokens);
        Assert.Equal(32, LocalModelInfo.Read(_folder.Path).MaxTokens);
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalReranker.Load(_folder.Path, new() { MaxTokens = 33 }));
    }

    [Fact]
    public void Load_TokenizerWithoutTypes_IsRefusedOnlyWhereTypesMatter()
    {
        Write("bert");
        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));
        Assert.Contains("model_input_names lacks token_type_ids", error.Message, StringComparison.Ordinal);

        foreach (string type in (string[])["roberta", "distilbert", "mpnet", "modernbert", "deberta-v2"])
        {
            Write(type);
            LocalReranker.Load(_folder.Path).Dispose();
        }

        void Write(string type)
        {
            new TinyModel { ModelType = type }.Write(_folder.Path);
            File.WriteAllText(_folder.File("tokenizer_config.json"), """{"model_input_names": ["input_ids", "attention_mask"]}""");
        }
    }
}
