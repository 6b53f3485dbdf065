using Resift.Local.Tests.Inference;
using Resift.Local.Tests.Models;
using Resift.Local.Tests.Tokenization;
using Resift.Local.Tokenization;
using Resift.Testing;

namespace Resift.Local.Tests;

/// <summary>Language models as rerankers, and their conversions: asked by a chat template, scored by the last token.</summary>
public sealed class LocalRerankerChatTests : IDisposable
{
    private const string Query = "what is tea?";

    private static readonly string[] _documents =
        [.. Enumerable.Range(0, 12).Select(i => string.Concat(Enumerable.Repeat("a plant<|im_end|> ", i * 5 % 12))), "yes", ""];

    private readonly Models.TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3", true, null)]
    [InlineData("qwen3", true, "Find drinks")]
    [InlineData("qwen3", false, null)]
    [InlineData("qwen2", true, null)]
    [InlineData("qwen2", true, "Find drinks")]
    [InlineData("qwen2", false, "Find drinks")]
    public async Task RerankAsync_Chat_GivesTheReferenceLogits(string type, bool answersInWords, string? instruction)
    {
        var model = Write(type, answersInWords);
        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 2, BatchTokens = 2000 });

        // Few, since the reference takes its time over the hundreds of tokens of a template.
        string[] documents = ["a plant<|im_end|>", ""];
        var response = await reranker.RerankAsync(Query, documents, new() { Instruction = instruction }, Cancellation);

        var template = type == "qwen3" ? ChatTemplate.Qwen3 : ChatTemplate.Qwen2;
        var encoder = new ChatPairEncoder(TokenizerLoader.Load(_folder.Path), template, template.Instruction, 2000);
        var reference = ReferenceModel.Of(model);
        Assert.Equal(ScoreScale.Logit, response.ScoreScale);
        Assert.Equal(documents.Length, response.Results.Count);
        Assert.All(response.Results, result =>
        {
            int[] ids = encoder.Encode(encoder.EncodeQuery(Query, instruction), documents[result.Index]).Ids;
            double expected = reference.Logits(reference.Hidden(ids, ids.Length))[0];
            Assert.InRange(result.Score, expected - 1e-4, expected + 1e-4);
        });
    }

    [Fact]
    public async Task RerankAsync_AnyOrderThreadsAndBatches_SameBits()
    {
        Write("qwen3", answersInWords: true);
        var expected = new Dictionary<string, double>();
        using (var alone = LocalReranker.Load(_folder.Path, new() { Threads = 1 }))
        {
            foreach (string document in _documents.Distinct())
            {
                expected[document] = (await alone.RerankAsync(Query, [document], cancellationToken: Cancellation)).Results[0].Score;
            }
        }

        using var reranker = LocalReranker.Load(_folder.Path, new() { Threads = 3, BatchTokens = 4000 });
        string[] reversed = [.. _documents.Reverse()];
        var response = await reranker.RerankAsync(Query, reversed, cancellationToken: Cancellation);

        Assert.All(response.Results, result => Assert.Equal(expected[reversed[result.Index]], result.Score));
    }

    [Fact]
    public async Task RerankAsync_Instruction_IsFollowed()
    {
        Write("qwen3", answersInWords: true);
        using var reranker = LocalReranker.Load(_folder.Path);

        double usual = await ScoreAsync(null), same = await ScoreAsync(reranker.GetService<LocalModelInfo>()!.Instruction);

        Assert.Equal(usual, same);
        Assert.NotEqual(usual, await ScoreAsync("Find drinks"));

        async Task<double> ScoreAsync(string? instruction) =>
            (await reranker.RerankAsync(Query, ["tea"], new() { Instruction = instruction }, Cancellation)).Results[0].Score;
    }

    [Fact]
    public void Load_Metadata_CountsTheTemplate()
    {
        Write("qwen3", answersInWords: true);
        using var reranker = LocalReranker.Load(_folder.Path);

        var metadata = reranker.GetService<RerankerMetadata>()!;

        var encoder = new ChatPairEncoder(TokenizerLoader.Load(_folder.Path), ChatTemplate.Qwen3, ChatTemplate.Qwen3.Instruction, 2000);
        Assert.Equal((2000, ScoreScale.Logit), (metadata.MaxTokensPerPair, metadata.ScoreScale));

        // The spaces before query and document stand in no text; that of the document is a token of its own here.
        Assert.InRange(encoder.Encode(encoder.EncodeQuery(""), "").Length - metadata.SpecialTokensPerPair!.Value, 0, 1);
    }

    [Fact]
    public void Read_Conversion_IsAProbabilityUnlessTheFilesSayOtherwise()
    {
        Model("qwen3", answersInWords: false).Write(_folder.Path);

        Assert.Equal(ScoreScale.Probability, LocalModelInfo.Read(_folder.Path).ScoreScale);
    }

    [Fact]
    public void Read_DefaultPromptOfTheFolder_IsTheInstruction()
    {
        Write("qwen3", answersInWords: true);
        WriteFile("config_sentence_transformers.json", """
            {"model_type": "CrossEncoder", "prompts": {"search": "Judge tea."}, "default_prompt_name": "search"}
            """);

        var info = LocalModelInfo.Read(_folder.Path);

        Assert.Equal(("Judge tea.", ""), (info.Instruction, info.DefaultPrompt));
    }

    [Theory]
    [InlineData("258", "256", null)]
    [InlineData("258", "null", "true_token_id 258 and false_token_id null are not supported; supported: 258 and 256")]
    [InlineData("9", "256", "true_token_id 9 and false_token_id 256")]
    public void Load_StepThatScoresTheAnswers_MustReadTheSameOnes(string yes, string no, string? refused)
    {
        Write("qwen3", answersInWords: true);
        Directory.CreateDirectory(_folder.File("1_LogitScore"));
        WriteFile("1_LogitScore/config.json", $$"""{"true_token_id": {{yes}}, "false_token_id": {{no}}}""");
        WriteFile("modules.json", """
            [{"path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
             {"path": "1_LogitScore", "type": "sentence_transformers.cross_encoder.modules.logit_score.LogitScore"}]
            """);
        WriteFile("sentence_bert_config.json", """
            {"transformer_task": "text-generation", "module_output_name": "causal_logits",
             "modality_config": {"text": {"method": "forward", "method_output_name": "logits"}},
             "processing_kwargs": {"chat_template": {"add_generation_prompt": true}}}
            """);

        var error = Record.Exception(() => LocalReranker.Load(_folder.Path).Dispose());

        if (refused is null)
        {
            Assert.Null(error);
            return;
        }

        Assert.Contains(refused, Assert.IsType<NotSupportedException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LanguageModelAsEmbedder_SaysWhatAnEmbedderHas()
    {
        Write("qwen3", answersInWords: true);

        var error = Assert.Throws<NotSupportedException>(() => LocalEmbeddingGenerator.Load(_folder.Path));

        Assert.Contains("modules.json with its pooling", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WordPieceTokenizer_IsRefused()
    {
        Model("qwen3", answersInWords: true).Write(_folder.Path);

        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains("chat template", error.Message, StringComparison.Ordinal);
    }

    private void WriteFile(string name, string content) => File.WriteAllText(_folder.File(name), content);

    private TinyModel Write(string type, bool answersInWords)
    {
        var model = Model(type, answersInWords);
        model.Write(_folder.Path, ConfigChange.Logits);
        File.Delete(_folder.File("vocab.txt"));
        ChatTokenizer.Write(_folder.Path);
        return model;
    }

    private static TinyModel Model(string type, bool answersInWords) => new()
    {
        ModelType = type,
        AnswersInWords = answersInWords,
        Answers = type == "qwen3" ? ChatTokenizer.YesAndNo : ChatTokenizer.OneAndZero,
        VocabularySize = ChatTokenizer.VocabularySize,
        Layers = 2,
        Heads = 4,
        Positions = 2000,
    };
}

/// <summary>What every reranker keeps to, of a language model.</summary>
public sealed class LocalChatRerankerConformanceTests : PointwiseRerankerConformanceTests, IDisposable
{
    private readonly Models.TemporaryFolder _folder = new();

    public LocalChatRerankerConformanceTests()
    {
        new TinyModel
        {
            ModelType = "qwen3",
            AnswersInWords = true,
            Answers = ChatTokenizer.YesAndNo,
            VocabularySize = ChatTokenizer.VocabularySize,
            Heads = 4,
            Positions = 2000,
        }.Write(_folder.Path);
        ChatTokenizer.Write(_folder.Path);
    }

    public void Dispose() => _folder.Dispose();

    protected override IReranker CreateReranker() => LocalReranker.Load(_folder.Path, new() { Threads = 2 });
}
