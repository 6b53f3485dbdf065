namespace Resift.Local.Models;

/// <summary>The names that one tensor has in checkpoints of different age and origin.</summary>
internal static class TensorName
{
    private static readonly string[] _prefixes =
        [.. Architecture.All.Select(architecture => architecture.Prefix).Where(prefix => prefix.Length > 0)];

    // Constants that old versions of transformers and PyTorch stored beside the weights.
    private static readonly string[] _buffers = ["position_ids", "token_type_ids", "num_batches_tracked"];

    /// <summary>Gets the name without the model's prefix, and with today's names of the two halves of a layer norm.</summary>
    public static string Canonical(string name)
    {
        foreach (string prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                name = name[prefix.Length..];
                break;
            }
        }

        return Renamed(name, "LayerNorm.gamma", "LayerNorm.weight") ?? Renamed(name, "LayerNorm.beta", "LayerNorm.bias") ?? name;
    }

    public static bool IsBuffer(string name) => _buffers.Any(buffer => name.EndsWith(buffer, StringComparison.Ordinal));

    /// <summary>Gets the name of the scales of an int8 tensor.</summary>
    public static string Scale(string name) => $"{name}.scale";

    /// <summary>Gets the name that shares the longest beginning and end with another; null for no names.</summary>
    public static string? Nearest(string wanted, IEnumerable<string> names) => names.MaxBy(name => Shared(wanted, name));

    private static string? Renamed(string name, string old, string current) =>
        name.EndsWith(old, StringComparison.Ordinal) ? string.Concat(name.AsSpan(0, name.Length - old.Length), current) : null;

    private static int Shared(string first, string second)
    {
        int start = first.AsSpan().CommonPrefixLength(second);
        int end = 0;
        while (end < Math.Min(first.Length, second.Length) - start && first[^(end + 1)] == second[^(end + 1)])
        {
            end++;
        }

        return start + end;
    }
}
