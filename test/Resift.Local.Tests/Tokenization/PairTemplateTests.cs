namespace Resift.Local.Tests.Tokenization;

public class PairTemplateTests
{
    private const string Added = """{"id":10,"content":"<s>"},{"id":11,"content":"</s>"}""";
    private const string A = """{"Sequence":{"id":"A","type_id":0}}""";
    private const string Start = """{"SpecialToken":{"id":"<s>","type_id":0}}""";
    private const string End = """{"SpecialToken":{"id":"</s>","type_id":0}}""";
    private const string TypedEnd = """{"SpecialToken":{"id":"</s>","type_id":1}}""";

    [Theory]
    [InlineData("null", new[] { 1 }, new[] { 1, 2 }, 1)]
    [InlineData("""{"type":"ByteLevel","trim_offsets":false}""", new[] { 1 }, new[] { 1, 2 }, 1)]
    [InlineData("""{"type":"BertProcessing","cls":["<s>",10],"sep":["</s>",11]}""", new[] { 10, 1, 11 }, new[] { 10, 1, 11, 2, 11 }, 3)]
    [InlineData(
        """{"type":"RobertaProcessing","cls":["<s>",10],"sep":["</s>",11],"trim_offsets":true,"add_prefix_space":false}""",
        new[] { 10, 1, 11 }, new[] { 10, 1, 11, 11, 2, 11 }, 6)]
    [InlineData(
        $$$$$"""
        {"type":"Sequence","processors":[{"type":"ByteLevel"},{"type":"TemplateProcessing","single":[{{{{{A}}}}},{{{{{End}}}}}],
         "pair":[{{{{{A}}}}},{{{{{End}}}}},{"Sequence":{"id":"B","type_id":1}},{{{{{TypedEnd}}}}}],
          "special_tokens":{"</s>":{"id":"</s>","ids":[11]}}}]}
        """,
        new[] { 1, 11 }, new[] { 1, 11, 2, 11 }, 2)]
    [InlineData(
        $$$$$"""
        {"type":"TemplateProcessing","single":[{{{{{Start}}}}},{{{{{A}}}}},{{{{{End}}}}}],
         "pair":[{{{{{Start}}}}},{{{{{A}}}}},{{{{{End}}}}},{{{{{TypedEnd}}}}},{"Sequence":{"id":"B","type_id":1}}]}
        """,
        new[] { 10, 1, 11 }, new[] { 10, 1, 11, 11, 2 }, 3)]
    public void Load_PostProcessor_PutsTokensAndTypesAroundTexts(string postProcessor, int[] text, int[] pair, int firstType)
    {
        var template = TokenizerFile.Load(TokenizerFile.Unigram, added: Added, postProcessor: postProcessor).Template;

        Assert.Equal(text, template.JoinText([1]).Ids);
        Assert.Equal(pair, template.JoinPair([1], [2]).Ids);
        Assert.Equal(firstType, template.JoinPair([1], [2]).FirstSegmentLength);
        Assert.Equal((text.Length - 1, pair.Length - 2), (template.TokensOfText, template.TokensOfPair));
    }

    [Theory]
    [InlineData("[]", "[]", "the template of a text is ''")]
    [InlineData($"[{A}]", $"[{A}]", "that of a pair '$A:0'")]
    [InlineData($"[{A},{A}]", $$$"""[{{{A}}},{"Sequence":{"id":"B","type_id":0}}]""", "'$A:0 $A:0'")]
    [InlineData($"[{A}]", $$$"""[{"Sequence":{"id":"B","type_id":0}},{{{A}}}]""", "'$B:0 $A:0'")]
    [InlineData($"[{A},{TypedEnd}]", $$$"""[{{{A}}},{"Sequence":{"id":"B","type_id":0}}]""", "'$A:0 </s>:1'")]
    [InlineData($"[{A}]", $$$"""[{{{A}}},{{{TypedEnd}}},{{{End}}},{"Sequence":{"id":"B","type_id":1}}]""", "'$A:0 </s>:1 </s>:0 $B:1'")]
    [InlineData($"[{A}]", $$$"""[{{{A}}},{"Sequence":{"id":"B","type_id":1}},{{{End}}}]""", "'$A:0 $B:1 </s>:0'")]
    [InlineData($"[{A}]", $$$"""[{{{A}}},{{{TypedEnd}}},{"Sequence":{"id":"B","type_id":0}}]""", "'$A:0 </s>:1 $B:0'")]
    [InlineData($"[{A}]", $$$"""[{{{A}}},{"Sequence":{"id":"B","type_id":2}}]""", "'$A:0 $B:2'")]
    public void Load_TemplateOfAnotherShape_IsNotSupportedAndShown(string text, string pair, string named)
    {
        var error = Assert.Throws<NotSupportedException>(() => TokenizerFile.Load(
            TokenizerFile.Unigram, added: Added, postProcessor: $$"""{"type":"TemplateProcessing","single":{{text}},"pair":{{pair}}}"""));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"type":"RobertaProcessing","cls":["<s>",9],"sep":["</s>",11]}""",
        "cls is '<s>' with the id 9, but in the vocabulary it has 10")]
    [InlineData("""{"type":"RobertaProcessing","cls":["[CLS]",9],"sep":["</s>",11]}""", "there is no token '[CLS]'")]
    [InlineData(
        $$$$$"""
        {"type":"TemplateProcessing","single":[{{{{{A}}}}},{{{{{End}}}}}],"pair":[{{{{{A}}}}},{"Sequence":{"id":"B","type_id":1}}],
         "special_tokens":{"</s>":{"ids":[10]}}}
        """,
        "ids must be [11], the id of the token in the vocabulary, but is [10]")]
    public void Load_TokenWithAnotherId_Throws(string postProcessor, string named)
    {
        var error = Assert.Throws<InvalidDataException>(
            () => TokenizerFile.Load(TokenizerFile.Unigram, added: Added, postProcessor: postProcessor));

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
