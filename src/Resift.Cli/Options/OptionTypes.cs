using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Creates options whose errors say what was expected.</summary>
internal static class OptionTypes
{
    private const double LeastSeconds = 0.001;
    private const double MostSeconds = 86400;

    public static Option<int?> Number(string name, string description, int minimum) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= minimum)
            {
                return number;
            }

            result.AddError($"{name} expects a whole number of at least {minimum}, but got '{text}'.");
            return null;
        },
    };

    public static Option<double?> Score(string name, string description, string helpName = "SCORE") => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            {
                return number;
            }

            result.AddError($"{name} expects a number, but got '{text}'.");
            return null;
        },
    };

    public static Option<double?> Seconds(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number >= LeastSeconds && number <= MostSeconds)
            {
                return number;
            }

            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{name} expects seconds from {LeastSeconds} to {MostSeconds}, but got '{text}'."));
            return null;
        },
    };

    public static Option<T?> Choice<T>(string name, string description, params T[] choices)
        where T : struct, Enum => new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Select(Name)),
            CompletionSources = { _ => choices.Select(choice => new System.CommandLine.Completions.CompletionItem(Name(choice))) },
            CustomParser = result => Chosen(name, choices, result),
        };

    public static Option<ChatTemperature?> Temperature(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBER|none",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            var temperature = ChatTemperature.Parse(text);
            if (temperature is null)
            {
                result.AddError($"{name} expects {ChatTemperature.Expected}, but got '{text}'.");
            }

            return temperature;
        },
    };

    public static Option<string> Text(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
    };

    private static T? Chosen<T>(string name, T[] choices, ArgumentResult result)
        where T : struct, Enum
    {
        string text = result.Tokens[0].Value;
        foreach (T choice in choices)
        {
            if (Name(choice).Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        result.AddError($"{name} expects one of {string.Join(", ", choices.Select(Name))}, but got '{text}'.");
        return null;
    }

    private static string Name<T>(T choice)
        where T : struct, Enum => choice is SearchTier tier ? tier.Name() : choice.ToString().ToLowerInvariant();
}
