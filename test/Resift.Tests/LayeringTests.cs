using System.Text.RegularExpressions;
using System.Xml.Linq;
using Resift.Testing;

namespace Resift.Tests;

/// <summary>Keeps the arrows between projects, and between the folders of one project, as the architecture has them.</summary>
public sealed partial class LayeringTests
{
    // What a project may reference: projects first, then packages. A new project or arrow is a decision to be made here, not in passing.
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> _allowed = new()
    {
        ["Resift.Abstractions"] = ([], ["Microsoft.Extensions.AI.Abstractions"]),
        ["Resift"] = (
            ["Resift.Abstractions"],
            [
                "Microsoft.Extensions.Caching.Abstractions",
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Http.Resilience",
                "Microsoft.Extensions.Logging.Abstractions",
                "Polly.Core",
                "System.Numerics.Tensors",
                "System.Threading.RateLimiting",
            ]),
        ["Resift.Retrieval"] = (
            ["Resift"],
            [
                "Markdig",
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Options",
                "Microsoft.Extensions.VectorData.Abstractions",
                "System.Numerics.Tensors",
            ]),
        ["Resift.Local"] = (["Resift.Abstractions"], []),
        ["Resift.Onnx"] = (["Resift.Local"], ["Microsoft.ML.OnnxRuntime"]),
        ["Resift.Models.Mini"] = (["Resift.Local"], []),
        ["Resift.Models.MiniLM12"] = (["Resift.Local"], []),
        ["Resift.Sqlite"] = (["Resift.Retrieval"], ["Microsoft.Data.Sqlite"]),
        ["Resift.Postgres"] = (["Resift.Retrieval"], ["Npgsql"]),
        ["Resift.AspNetCore"] = (["Resift.Abstractions", "Resift.Retrieval"], ["Microsoft.AspNetCore.App"]),
        ["Resift.Mcp"] = (
            ["Resift.AspNetCore", "Resift.Sqlite"],
            ["Microsoft.AspNetCore.App", "ModelContextProtocol", "ModelContextProtocol.AspNetCore"]),
        ["Resift.Orleans"] = (["Resift.Abstractions"], ["Microsoft.Orleans.Runtime", "Microsoft.Orleans.Sdk"]),
        ["Resift.Evaluation"] = ([], ["MathNet.Numerics"]),
        ["Resift.Cli"] = (
            [
                "Resift",
                "Resift.Retrieval",
                "Resift.Local",
                "Resift.Models.Mini",
                "Resift.Models.MiniLM12",
                "Resift.Sqlite",
                "Resift.Postgres",
                "Resift.AspNetCore",
                "Resift.Mcp",
                "Resift.Evaluation",
            ],
            [
                "AngleSharp",
                "DocumentFormat.OpenXml",
                "Microsoft.Data.Sqlite",
                "Microsoft.Extensions.AI.OpenAI",
                "Microsoft.Extensions.FileSystemGlobbing",
                "Npgsql",
                "OpenTelemetry.Exporter.OpenTelemetryProtocol",
                "OpenTelemetry.Extensions.Hosting",
                "OpenTelemetry.Instrumentation.AspNetCore",
                "PdfPig",
                "Scalar.AspNetCore",
                "Spectre.Console",
                "System.CommandLine",
            ]),
    };

    // Which other folders of Resift.Local a folder may know.
    private static readonly Dictionary<string, string[]> _allowedInLocal = new()
    {
        ["Configuration"] = [],
        ["Tokenization"] = ["Configuration"],
        ["Models"] = ["Configuration", "Tokenization"],
        ["Inference"] = ["Models", "Tokenization"],
        ["Hub"] = ["Configuration", "Models"],
    };

    // Which other rooms of a project a room may know; "" is the project's root. All rooms of a package share its namespace, so they are
    // told apart by the types that their files are named after.
    private static readonly Dictionary<string, Dictionary<string, string[]>> _allowedRooms = new()
    {
        ["Resift"] = new()
        {
            [""] = [],
            ["Caching"] = [""],
            ["Calibration"] = [""],
            ["Chunking"] = [],
            ["Composition"] = ["", "Chunking", "Resilience"],
            ["Embeddings"] = [""],
            ["Llm"] = [],
            ["Observability"] = [""],
            ["Providers"] = [],
            ["Resilience"] = [""],
            ["Selection"] = ["Calibration"],
        },
        ["Resift.Retrieval"] = new()
        {
            [""] = ["Chunking"],
            ["Analysis"] = [],
            ["Chunking"] = [],
            ["Indexing"] = [""],
            ["Telemetry"] = [""],
            ["Upserts"] = ["", "Indexing", "Retrievers"],
            ["Retrievers"] = ["", "Analysis", "Telemetry"],
            ["Search"] = ["", "Retrievers", "Telemetry"],
            ["Rag"] = ["", "Search", "Telemetry"],
            ["DependencyInjection"] = ["", "Search", "Rag"],
        },
        ["Resift.AspNetCore"] = new()
        {
            [""] = ["Requests", "Limits", "Dialects", "Telemetry", "OpenApi", "Endpoints", "Playground"],
            ["Playground"] = [],
            ["Requests"] = [],
            ["Limits"] = ["", "Requests"],
            ["Dialects"] = ["Requests"],
            ["Telemetry"] = ["", "Requests", "Limits"],
            ["OpenApi"] = ["Requests", "Dialects"],
            ["Endpoints"] = ["", "Requests", "Limits", "Dialects", "Telemetry", "OpenApi"],
        },
        ["Resift.Mcp"] = new()
        {
            [""] = ["Tools", "Results"],
            ["Tools"] = ["", "Results"],
            ["Results"] = [],
        },
        ["Resift.Evaluation"] = new()
        {
            [""] = [],
            ["Measures"] = [""],
            ["Comparisons"] = ["", "Measures"],
            ["Thresholds"] = [],
        },
    };

    public static TheoryData<string> ProjectsWithRooms() => [.. _allowedRooms.Keys];

    public static TheoryData<string> Projects() =>
        [.. Directory.GetFiles(TestData.InRepository("src"), "*.csproj", SearchOption.AllDirectories).Select(ProjectName)];

    [Fact]
    public void Projects_All_AreThoseOfTheTable() =>
        Assert.Equal(_allowed.Keys.Order(), Projects().Select(row => row.Data).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_OfAProject_AreAllowed(string project)
    {
        var file = XDocument.Load(TestData.InRepository($"src/{project}/{project}.csproj"));
        var (projects, packages) = _allowed[project];
        Assert.Empty(Includes(file, "ProjectReference").Select(ProjectName).Except(projects));
        Assert.Empty(Includes(file, "PackageReference").Concat(Includes(file, "FrameworkReference")).Except(packages));
    }

    [Fact]
    public void References_OfEveryProject_AreAnalyzersOnly()
    {
        foreach (string props in new[] { "Directory.Build.props", "src/Directory.Build.props" })
        {
            var file = XDocument.Load(TestData.InRepository(props));
            Assert.Empty(Includes(file, "PackageReference"));
            Assert.Empty(Includes(file, "ProjectReference"));
            Assert.Empty(Includes(file, "FrameworkReference"));
        }
    }

    [Fact]
    public void Folders_OfLocal_KnowOnlyWhatLiesBelow()
    {
        foreach (var (folder, allowed) in _allowedInLocal)
        {
            string path = TestData.InRepository($"src/Resift.Local/{folder}");
            foreach (string file in Directory.Exists(path) ? Directory.GetFiles(path, "*.cs") : [])
            {
                string source = Comment().Replace(File.ReadAllText(file), "");
                string[] tooMuch = [.. FolderName().Matches(source).Select(match => match.Value).Except([folder, .. allowed])];
                Assert.True(tooMuch is [], $"{folder}/{Path.GetFileName(file)} must not know {string.Join(", ", tooMuch)}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(ProjectsWithRooms))]
    public void Rooms_OfAProject_KnowOnlyWhatTheTableSays(string project)
    {
        string path = TestData.InRepository($"src/{project}");
        var allowed = _allowedRooms[project];
        string[] rooms = [.. Directory.GetDirectories(path).Select(room => Path.GetFileName(room)).Except(["bin", "obj"]), ""];
        Assert.Equal(allowed.Keys.Order(), rooms.Order());
        var types = rooms.ToDictionary(room => room,
            room => Mention(Directory.GetFiles(Path.Combine(path, room), "*.cs").Select(ProjectName)));
        foreach (string room in rooms)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(path, room), "*.cs"))
            {
                string source = Comment().Replace(File.ReadAllText(file), "");
                string[] tooMuch = [.. rooms.Except([room, .. allowed[room]]).Where(other => types[other].IsMatch(source))];
                Assert.True(tooMuch is [], $"{room}/{Path.GetFileName(file)} must not know {string.Join(", ", tooMuch.Select(Name))}.");
            }
        }

        static string Name(string room) => room is "" ? "the root" : room;

        static Regex Mention(IEnumerable<string> types) => new($@"(?<!\.)\b({string.Join('|', types)})\b");
    }

    private static string ProjectName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    // Analyzers are told by PrivateAssets: they never reach whoever uses the package.
    private static IEnumerable<string> Includes(XDocument file, string item) => file.Descendants(item)
        .Where(element => (string?)element.Attribute("PrivateAssets") != "all")
        .Select(element => (string?)element.Attribute("Include") ?? throw new InvalidDataException($"{item} without Include"));

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    // With or without the full namespace, since a folder's name alone is in scope in every other folder of the project.
    [GeneratedRegex(@"(?<!Resift\.)\b(Configuration|Tokenization|Models|Inference|Hub)(?=[.;]\s*[A-Z\r\n])")]
    private static partial Regex FolderName();
}
