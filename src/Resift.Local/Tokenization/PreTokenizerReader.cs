using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class PreTokenizerReader
{
    private const string Supported = "Sequence, ByteLevel, Metaspace, WhitespaceSplit, Split, Digits, Punctuation";

    /// <summary>Puts the steps of a part before a model; none for a null part.</summary>
    /// <exception cref="InvalidDataException">A part of one is missing or damaged, or the configuration says otherwise.</exception>
    /// <exception cref="NotSupportedException">One is of an unknown kind.</exception>
    public static PieceStage Read(ConfigObject? part, TokenModel model, TokenizerConfiguration configuration) =>
        TokenizerSteps.Read(part, "pretokenizers").Reverse()
            .Aggregate((PieceStage)model, (next, step) => Create(step, next, configuration));

    private static PieceStage Create(ConfigObject step, PieceStage next, TokenizerConfiguration configuration) => step.Text("type") switch
    {
        "ByteLevel" => CreateByteLevel(step, next, configuration),
        "Metaspace" => CreateMetaspace(step, next),
        "WhitespaceSplit" => Split(CodePointPattern.WhiteSpace(), SplitBehavior.Removed, next),
        "Split" => new SplitStage(ReadPattern(step), ReadBehavior(step), step.Flag("invert"), next),
        "Digits" => Split(
            CodePointPattern.Digits(), step.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous, next),
        "Punctuation" => Split(
            CodePointPattern.Punctuation(), step.Value("behavior") is null ? SplitBehavior.Isolated : ReadBehavior(step), next),
        var other => throw TokenizerSteps.Unknown(step, $"the pre-tokenizer {other}", Supported),
    };

    private static PieceStage CreateByteLevel(ConfigObject step, PieceStage next, TokenizerConfiguration configuration)
    {
        const string Prefix = "add_prefix_space";
        bool addsSpace = step.FlagOrNull(Prefix) ?? throw step.Missing(Prefix);

        // The classes of transformers set this by their configuration; the one without a model's name takes it from here.
        if (configuration.TokenizerClass != "PreTrainedTokenizerFast"
            && configuration.IsOn(Prefix) is { } stated && stated != addsSpace)
        {
            throw new InvalidDataException($"{TokenizerConfiguration.FileName} says {Prefix} {(stated ? "true" : "false")}, and " +
                $"{step.Source} the opposite: they do not belong together. Copy both from one source.");
        }

        PieceStage stage = new ByteLevelStage(next);
        if (step.FlagOrNull("use_regex") ?? true)
        {
            stage = Split(WordPattern.Create(WordPattern.Gpt2Expression)!, SplitBehavior.Isolated, stage);
        }

        return addsSpace ? new PrefixSpaceStage(stage) : stage;
    }

    private static MetaspaceStage CreateMetaspace(ConfigObject step, PieceStage next)
    {
        // Older files have add_prefix_space instead of the scheme.
        bool prepends = step.FlagOrNull("add_prefix_space") ?? true;
        PrependScheme scheme = step.TextOrNull("prepend_scheme") switch
        {
            null => prepends ? PrependScheme.Always : PrependScheme.Never,
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            var other => throw TokenizerSteps.Unknown(step, $"the prepend_scheme '{other}'", "always, first, never"),
        };
        return step.Text("replacement") is [var mark] && !char.IsSurrogate(mark)
            ? new(mark, scheme, step.FlagOrNull("split") ?? true, next)
            : throw new InvalidDataException($"{step.Source}: replacement must be one character, but is '{step.Text("replacement")}'.");
    }

    private static PiecePattern ReadPattern(ConfigObject step)
    {
        (string pattern, bool isRegex) = TokenizerSteps.Pattern(step);
        return !isRegex ? new LiteralPattern(pattern) : WordPattern.Create(pattern) ?? throw TokenizerSteps.Unknown(
            step,
            $"the expression '{pattern}'",
            "texts that stand for themselves, and the expressions of GPT-2, Qwen and Llama 3: " +
            string.Join("   ", WordPattern.Expressions));
    }

    private static SplitBehavior ReadBehavior(ConfigObject step) => step.Text("behavior") switch
    {
        "Isolated" => SplitBehavior.Isolated,
        "Removed" => SplitBehavior.Removed,
        "Contiguous" => SplitBehavior.Contiguous,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        var other => throw TokenizerSteps.Unknown(
            step, $"the behavior '{other}'", "Isolated, Removed, Contiguous, MergedWithPrevious, MergedWithNext"),
    };

    private static SplitStage Split(PiecePattern pattern, SplitBehavior behavior, PieceStage next) =>
        new(pattern, behavior, isInverted: false, next);
}
