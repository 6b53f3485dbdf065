using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>The <c>--name N</c> arguments of a command, each a positive number with a default.</summary>
internal static class NumberArguments
{
    public static IReadOnlyDictionary<string, int> Parse(IReadOnlyList<string> args, params (string Name, int Default)[] known)
    {
        var values = known.ToDictionary(argument => argument.Name, argument => argument.Default);
        for (int i = 0; i < args.Count; i += 2)
        {
            if (!values.ContainsKey(args[i]))
            {
                throw new ArgumentException($"Unknown argument '{args[i]}'; expected one of {string.Join(", ", values.Keys)}.");
            }

            string? value = i + 1 < args.Count ? args[i + 1] : null;
            values[args[i]] = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? number
                : throw new ArgumentException($"{args[i]} needs a number of at least 1 after it, but '{value}' came.");
        }

        return values;
    }
}
