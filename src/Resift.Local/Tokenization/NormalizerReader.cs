using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Tokenization;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class NormalizerReader
{
    private const string Supported =
        "Sequence, Precompiled, Nmt, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace, Prepend";

    /// <summary>Gets the normalizers in order; none for a null part.</summary>
    /// <exception cref="InvalidDataException">A part of one is missing or damaged.</exception>
    /// <exception cref="NotSupportedException">One is of an unknown kind.</exception>
    public static IReadOnlyList<Normalizer> Read(ConfigObject? part) =>
        [.. TokenizerSteps.Read(part, "normalizers").Select(Create)];

    private static Normalizer Create(ConfigObject step) => step.Text("type") switch
    {
        "Precompiled" => new CharsMapNormalizer(ReadCharsMap(step)),
        "Nmt" => CodePointNormalizer.Nmt(),
        "NFC" => new UnicodeNormalizer(NormalizationTable.Canonical, composes: true),
        "NFD" => new UnicodeNormalizer(NormalizationTable.Canonical, composes: false),
        "NFKC" => new UnicodeNormalizer(NormalizationTable.Compatibility, composes: true),
        "NFKD" => new UnicodeNormalizer(NormalizationTable.Compatibility, composes: false),
        "Lowercase" => new LowercaseNormalizer(),
        "StripAccents" => CodePointNormalizer.StripAccents(),
        "Strip" => new StripNormalizer(step.Flag("strip_left"), step.Flag("strip_right")),
        "Replace" => new ReplaceNormalizer(ReadPattern(step), step.Text("content")),
        "Prepend" => new PrependNormalizer(step.Text("prepend")),
        var other => throw TokenizerSteps.Unknown(step, $"the normalizer {other}", Supported),
    };

    private static CharsMap ReadCharsMap(ConfigObject step)
    {
        const string Field = "precompiled_charsmap";
        return step.Value(Field) switch
        {
            null => throw step.Missing(Field),
            { ValueKind: JsonValueKind.String } text when text.TryGetBytesFromBase64(out byte[]? bytes) =>
                new CharsMap(bytes, $"{step.Source}: {Field}"),
            { } other => throw step.Wrong(Field, "a text in base 64", other),
        };
    }

    /// <summary>Reads a pattern: whatever stands for itself, and the few expressions for white space that are in use.</summary>
    private static PiecePattern ReadPattern(ConfigObject step)
    {
        (string pattern, bool isRegex) = TokenizerSteps.Pattern(step);
        if (!isRegex)
        {
            return new LiteralPattern(pattern);
        }

        return pattern switch
        {
            " {2,}" => new RunPattern(character => character == ' ', 2),
            " +" => new RunPattern(character => character == ' ', 1),
            @"\s+" => new RunPattern(char.IsWhiteSpace, 1),
            @"\s" => CodePointPattern.WhiteSpace(),
            _ => throw TokenizerSteps.Unknown(
                step, $"the expression '{pattern}'", @"texts that stand for themselves, ' {2,}', ' +', '\s+', '\s'"),
        };
    }
}
