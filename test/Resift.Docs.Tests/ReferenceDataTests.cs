using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Docs.Tests;

/// <summary>Says once, for the tests of all projects, what does not run because its data is not beside the repository.</summary>
public sealed partial class ReferenceDataTests
{
    [Fact]
    public void ReferenceData_OfAllTests_IsDescribedAndThere()
    {
        string contributing = File.ReadAllText(TestData.InRepository("CONTRIBUTING.md"));
        var methods = Directory.GetFiles(TestData.InRepository("test"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Attribute().Matches(File.ReadAllText(file)))
            .ToLookup(match => match.Groups["folder"].Value);
        Assert.NotEmpty(methods);
        Assert.All(methods, group => Assert.Contains($"`{group.Key}", contributing, StringComparison.Ordinal));

        var absent = methods.Where(group => !TestData.HasShared(group.Key)).ToArray();
        string folders = string.Join(", ", absent.Select(group => $"shared/{group.Key}").Order());
        Assert.SkipWhen(
            absent.Length > 0,
            $"{absent.Sum(group => group.Count())} tests and theories did not run, since {folders} are not beside the repository. " +
            "CONTRIBUTING.md says what is in there and where it comes from.");
    }

    [GeneratedRegex(@"^ +\[Reference(Fact|Theory)\(""(?<folder>[^""]+)""", RegexOptions.Multiline)]
    private static partial Regex Attribute();
}
