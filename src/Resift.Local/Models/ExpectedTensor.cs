namespace Resift.Local.Models;

/// <summary>A tensor that a configuration asks for.</summary>
/// <param name="Name">Its canonical name.</param>
/// <param name="Axes">The fields of the configuration that size its dimensions, with their values, outermost first.</param>
internal sealed record ExpectedTensor(string Name, params IReadOnlyList<(string Field, int Size)> Axes)
{
    public int[] Shape => [.. Axes.Select(axis => axis.Size)];
}
