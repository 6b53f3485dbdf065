using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>Reads by which angles queries and keys are rotated (Su et al. 2021): the base, which is all that is not refused.</summary>
internal static class RotaryBase
{
    private const string Field = "rope_theta";

    /// <summary>Reads the base of a list of settings, or of a field beside them; null where neither states it.</summary>
    /// <param name="settings">The settings, of which only the base is supported; null for none.</param>
    /// <param name="json">The configuration.</param>
    /// <param name="otherField">The field of the configuration that states the base where the settings do not.</param>
    public static float? Read(ConfigObject? settings, ConfigObject json, string otherField = Field)
    {
        if (settings is not { } rope)
        {
            return BaseOrNull(json, otherField);
        }

        foreach (var setting in rope.Element.EnumerateObject())
        {
            bool isType = setting.Name is "rope_type" or "type";
            if (setting.Name != Field && !(isType && rope.TextOrNull(setting.Name) is null or "default"))
            {
                throw new NotSupportedException($"{rope.Source}: {setting.Name} is {ConfigObject.Shown(setting.Value)}, which is not " +
                    $"supported; supported: {Field}, and the rope_type default.");
            }
        }

        return BaseOrNull(rope, Field) ?? BaseOrNull(json, otherField);
    }

    /// <summary>Ensures that heads can be rotated: that they have whole pairs of numbers.</summary>
    public static void ThrowUnlessRotatable(EncoderConfig config)
    {
        if (config.HeadSize % 2 != 0)
        {
            throw new InvalidDataException($"{config.Source}: {config.Architecture.Keys.HiddenSize} {config.HiddenSize} makes heads of " +
                $"{config.HeadSize} numbers for {config.Architecture.Keys.Heads} {config.Heads}; expected an even number, since they are " +
                "rotated in pairs.");
        }
    }

    private static float? BaseOrNull(ConfigObject json, string field) => json.Value(field) is null ? null
        : json.Number(field) is > 1 and <= float.MaxValue and var number ? (float)number
        : throw json.Wrong(field, "a number above 1", json.Value(field)!.Value);
}
