using System.CommandLine;
using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Creates options whose errors say what was expected.</summary>
internal static class OptionTypes
{
    private const double LeastSeconds = 0.001;
    private const double MostSeconds = 86400;

    public static Option<int?> Number(string name, string description, int minimum) => Parsed<int>(
        name,
        description,
        "N",
        $"a whole number of at least {minimum}",
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= minimum
            ? number
            : null);

    public static Option<double?> Score(string name, string description, string helpName = "SCORE") => Parsed<double>(
        name, description, helpName, "a number", Finite);

    public static Option<double?> Seconds(string name, string description) => Parsed<double>(
        name,
        description,
        "SECONDS",
        FormattableString.Invariant($"seconds from {LeastSeconds} to {MostSeconds}"),
        text => Finite(text) is >= LeastSeconds and <= MostSeconds and var seconds ? seconds : null);

    public static Option<Shard?> Shard(string description) =>
        Parsed<Shard>("--shard", description, "I/N", Cli.Shard.Expected, Cli.Shard.Parse);

    public static Option<ChatTemperature?> Temperature(string name, string description) => Parsed<ChatTemperature>(
        name, description, "NUMBER|none", ChatTemperature.Expected, ChatTemperature.Parse);

    public static Option<T?> Choice<T>(string name, string description, params T[] choices)
        where T : struct, Enum
    {
        string[] names = [.. choices.Select(Name)];
        var option = Parsed<T>(name, description, string.Join('|', names), $"one of {string.Join(", ", names)}", text =>
            Array.FindIndex(names, known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
                ? choices[index]
                : null);
        option.CompletionSources.Add(names);
        return option;
    }

    public static Option<string> Text(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
    };

    private static Option<T?> Parsed<T>(string name, string description, string helpName, string expected, Func<string, T?> parse)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                var value = parse(text);
                if (value is null)
                {
                    result.AddError($"{name} expects {expected}, but got '{text}'.");
                }

                return value;
            },
        };

    private static double? Finite(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : null;

    private static string Name<T>(T choice)
        where T : struct, Enum => choice is SearchTier tier ? tier.Name() : choice.ToString().ToLowerInvariant();
}
