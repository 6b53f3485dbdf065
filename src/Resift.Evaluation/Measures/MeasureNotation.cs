using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Resift.Evaluation;

/// <summary>Reads measures as ir_measures writes them: a name, parameters in brackets, and a cut-off behind an at sign.</summary>
internal static partial class MeasureNotation
{
    public static bool TryRead(string text, [NotNullWhen(true)] out Measure? measure, [NotNullWhen(false)] out string? error)
    {
        measure = null;
        error = Read(text, ref measure) is { } wrong ? $"'{text}' is no measure: {wrong}" : null;
        return error is null && measure is not null;
    }

    /// <summary>Reads a measure, or returns what is wrong.</summary>
    private static string? Read(string text, ref Measure? measure)
    {
        if (Notation().Match(text) is not { Success: true } match)
        {
            return "a name such as nDCG@10, AP(rel=2)@100 or Rprec was expected.";
        }

        string name = match.Groups["name"].Value;
        if (MeasureFamily.All.FirstOrDefault(known => known.Is(name)) is not { } family)
        {
            return $"no measure is called '{name}'. Known are {string.Join(", ", MeasureFamily.All.Select(known => known.Name))}.";
        }

        int? cutoff = null;
        if (match.Groups["cutoff"] is { Success: true, Value: var digits })
        {
            if (family.Cutoff == CutoffRule.None)
            {
                return $"{family.Name} has no cut-off; write it without '@{digits}'.";
            }

            if (!TryReadCount(digits, out int depth))
            {
                return $"the cut-off is '{digits}'; a whole number from 1 was expected.";
            }

            cutoff = depth;
        }
        else if (family.Cutoff == CutoffRule.Required)
        {
            return $"{family.Name} needs a cut-off, such as {family.Name}@10.";
        }

        return ReadParameters(match, family, cutoff, ref measure);
    }

    private static string? ReadParameters(Match match, MeasureFamily family, int? cutoff, ref Measure? measure)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (capturedKey, capturedValue) in match.Groups["key"].Captures.Zip(match.Groups["value"].Captures))
        {
            string key = capturedKey.Value;
            if (!family.Parameters.Contains(key))
            {
                return family.Parameters is []
                    ? $"{family.Name} has no parameters, and '{key}' was given."
                    : $"{family.Name} has no parameter '{key}'; it has {string.Join(" and ", family.Parameters)}.";
            }

            if (!parameters.TryAdd(key, capturedValue.Value.Trim('\'', '"')))
            {
                return $"the parameter '{key}' is given twice.";
            }
        }

        int relevantFrom = 1;
        if (parameters.TryGetValue("rel", out string? rel) && !TryReadCount(rel, out relevantFrom))
        {
            return $"rel, the lowest grade that is relevant, is '{rel}'; a whole number from 1 was expected.";
        }

        if (rel is null && family.AlwaysStatesRelevance)
        {
            return $"{family.Name} is computed here over relevant or not: say from which grade, as in {family.Name}(rel=1).";
        }

        double persistence = Measure.UsualPersistence;
        if (parameters.TryGetValue("p", out string? p) &&
            (!double.TryParse(p, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out persistence) ||
                persistence is not (> 0 and < 1)))
        {
            return $"p, the persistence, is '{p}'; a number above 0 and below 1 was expected.";
        }

        if (parameters.TryGetValue("dcg", out string? dcg) && dcg is not ("log2" or "exp-log2"))
        {
            return $"dcg is '{dcg}'; 'log2' (the gain is the grade) or 'exp-log2' (it is 2^grade - 1) was expected.";
        }

        measure = dcg is "exp-log2" ? Measure.ExponentialNdcg(cutoff)
            : family == MeasureFamily.RankBiasedPrecision ? Measure.RankBiasedPrecision(persistence, cutoff, relevantFrom)
            : new(family, cutoff, relevantFrom);
        return null;
    }

    private static bool TryReadCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;

    [GeneratedRegex(
        """
        ^\s*(?<name>\w+)\s*
        (\(\s*((?<key>\w+)\s*=\s*(?<value>[\w.'"-]+)\s*(,\s*(?!\))|(?=\))))*\)\s*)?
        (@\s*(?<cutoff>[\w.-]+)\s*)?$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Notation();
}
