using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Cli.Tests.Commands;

/// <summary><c>resift models</c> with a hub of this machine.</summary>
public sealed class ModelsHubTests : IAsyncDisposable
{
    private const string Name = LoopbackHub.Repository;

    private readonly LoopbackHub _hub = new LoopbackHub()
        .With("config.json", """{"model_type":"bert"}""")
        .With("tokenizer.json", "{}")
        .With("model.safetensors", new byte[100_000]);

    private readonly CommandLine _cli = new();

    public ModelsHubTests() => Connect(_cli);

    private string Cache => _cli.At("hub");

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        await _hub.DisposeAsync();
    }

    [Fact]
    public async Task Pull_AModel_SaysItsLicenceAndGivesItsFolder()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "pull", Name));

        Assert.Contains($"{Name} at commit 01234567: 3 files, 0.1 MB, licence: apache-2.0", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(Cache, "models--org--model", "snapshots", LoopbackHub.Commit), _cli.Output.TrimEnd());
    }

    [Fact]
    public async Task Pull_AModelThatIsThen_RunsByItsNameWithoutTheHub()
    {
        var environment = new Dictionary<string, string>();
        using var cli = new CommandLine { Loader = new LocalModelLoader(environment.GetValueOrDefault) };
        await using var server = new LoopbackHub().WithFolder(MiniModels.RerankerFolder);
        environment["HF_ENDPOINT"] = server.Address.AbsoluteUri;
        environment["HF_HUB_CACHE"] = cli.At("hub");
        foreach (var (name, value) in environment)
        {
            cli.Environment[name] = value;
        }

        string notes = cli.File("notes.txt", "Bake bread at 240 degrees.\ngit reset takes back a commit.\n");
        string[] rerank = ["rerank", "undo a commit", notes, "--model", Name, "--format", "json"];
        Assert.Equal(ExitCode.Error, await cli.RunAsync(rerank));
        Assert.Contains($"'resift models pull {Name}' gets it", cli.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Ok, true), (await cli.RunAsync("models", "pull", Name), cli.Output.Length > 0));
        int requests = server.Requests.Count;
        cli.Clear();

        Assert.Equal((ExitCode.Ok, ""), (await cli.RunAsync(rerank), cli.Error));

        using var json = JsonDocument.Parse(cli.Output);
        Assert.Equal(Name, json.RootElement.GetProperty("model").GetString());
        Assert.Equal(requests, server.Requests.Count);
        cli.Clear();
        await cli.RunAsync("models", "show", Name, "--format", "json");
        Assert.Contains($"\"model\": \"{Name}\"", cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_NonCommercialLicence_IsAcceptedOnce()
    {
        _hub.License = "cc-by-nc-4.0";
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("models", "pull", Name));
        Assert.Contains("--accept-license", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_hub.StorageRequests);

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "pull", Name, "--accept-license"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "pull", Name));
        Assert.Equal(
            $"{Name} cc-by-nc-4.0\n",
            await File.ReadAllTextAsync(_cli.At(".config/resift/accepted-licenses"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("y\n", ExitCode.Ok)]
    [InlineData("n\n", ExitCode.Usage)]
    [InlineData("", ExitCode.Usage)]
    public async Task Pull_NonCommercialLicenceOnATerminal_IsAskedFor(string answer, int expected)
    {
        _hub.License = "cc-by-nc-4.0";
        using var cli = new CommandLine { IsInputTerminal = true, IsErrorTerminal = true };
        Connect(cli);

        Assert.Equal(expected, await cli.RunWithInputAsync(answer, "models", "pull", Name));

        Assert.Contains("Do you accept it? [y/N]", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cc-by-nc-4.0", true)]
    [InlineData("CC BY NC 4.0", true)]
    [InlineData("cc-by-nc-sa-4.0", true)]
    [InlineData("some-non-commercial-license", true)]
    [InlineData("apache-2.0", false)]
    [InlineData("ncsa", false)]
    [InlineData(null, false)]
    public void IsNonCommercial_ALicence_IsKnownByItsName(string? license, bool expected) =>
        Assert.Equal(expected, LicenseConsent.IsNonCommercial(license));

    [Fact]
    public async Task Pull_ModelThatDoesNotRun_IsRefusedUnlessForced()
    {
        _hub.Config = new() { ["model_type"] = "new", ["auto_map"] = new JsonObject { ["AutoModel"] = "modeling.NewModel" } };

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("models", "pull", Name));

        Assert.Contains("model_type 'new', which is not computed here", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("code of a repository is never run", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_hub.StorageRequests);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "pull", Name, "--force"));
    }

    [Fact]
    public async Task Pull_ModelThatCannotBeOpened_IsThereAndSaysSo()
    {
        using var cli = new CommandLine { Loader = new LocalModelLoader(_ => null) };
        Connect(cli);

        Assert.Equal(ExitCode.Ok, await cli.RunAsync("models", "pull", Name));

        Assert.Contains("it is there, but does not run here: ", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_TextOfTheHub_CannotSteerTheTerminal()
    {
        _hub.License = "mit\u001b]0;title\u0007";

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "pull", Name));

        Assert.DoesNotContain('\u001b', _cli.Error);
        Assert.Contains("licence: mit", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no name")]
    [InlineData("../../x")]
    [InlineData("bge-reranker-base@..")]
    public async Task Pull_NoName_IsAWrongCommandLine(string name)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("models", "pull", name));
        Assert.Contains("ORG/NAME", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_Offline_AsksNobody()
    {
        _cli.Environment["HF_HUB_OFFLINE"] = "1";

        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("models", "pull", Name));

        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task Pull_NoSuchModel_SaysSo()
    {
        _hub.Fault = _ => new LoopbackReply { Status = 401 }.With("X-Error-Code", "RepoNotFound");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("models", "pull", Name));

        Assert.StartsWith($"resift: There is no model {Name} at ", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_Cancelled_SaysThatItGoesOn()
    {
        using var stop = new CancellationTokenSource();
        using var cli = new CommandLine { Stop = stop.Token };
        Connect(cli);
        _hub.StorageFault = _ =>
        {
            stop.Cancel();
            return new() { HeadersAfter = LoopbackReply.Never };
        };

        Assert.Equal(ExitCode.Cancelled, await cli.RunAsync("models", "pull", Name));

        Assert.Contains("the same command goes on from there", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Models_SaysWhereTheyAre()
    {
        await _cli.RunAsync("models", "pull", Name);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "list", "--format", "json"));

        using var json = JsonDocument.Parse(_cli.Output);
        var models = json.RootElement.EnumerateArray().ToDictionary(model => model.GetProperty("model").GetString()!);
        Assert.True(models["resift-mini-v2"].GetProperty("bundled").GetBoolean());
        Assert.True(models[Name].GetProperty("cached").GetBoolean());
        Assert.Equal(LoopbackHub.Commit, models[Name].GetProperty("commit").GetString());
        Assert.False(models["BAAI/bge-reranker-base"].GetProperty("cached").GetBoolean());
        Assert.Equal("managed", models["BAAI/bge-reranker-base"].GetProperty("runs").GetString());
    }

    [Fact]
    public async Task List_AsATable_FitsATerminal()
    {
        await _cli.RunAsync("models", "pull", Name);
        _cli.Clear();

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models"));

        Assert.Matches(@"org/model .*0\.1 MB", _cli.Output);
        Assert.Contains("cc-by-nc-4.0", _cli.Output, StringComparison.Ordinal);
        Assert.All(_cli.Output.Split('\n')[..^2], line => Assert.True(line.Length <= 100, line));
    }

    [Fact]
    public async Task Verify_DamagedFile_IsNamed()
    {
        await _cli.RunAsync("models", "pull", Name);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "verify", Name));
        Assert.Contains("3 of 3 files", _cli.Output, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(
            Path.Combine(Cache, "models--org--model", "blobs", _hub.HashOf("model.safetensors")), new byte[100_001],
            TestContext.Current.CancellationToken);
        _cli.Clear();

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("models", "verify", Name));

        Assert.Contains("model.safetensors: damaged", _cli.Output, StringComparison.Ordinal);
        Assert.Contains($"resift models remove {Name}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_ThenRemoveAndImport_BringsItBack()
    {
        await _cli.RunAsync("models", "pull", Name);
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "export", Name, "model.tar"));
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "remove", Name));
        Assert.Contains("freed 0.1 MB", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("models", "verify", Name));
        _cli.Environment["HF_HUB_OFFLINE"] = "1";

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "import", "model.tar"));

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("models", "verify", Name));
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("models", "import", "nothing.tar"));
    }

    [Fact]
    public void Catalogue_Models_AreNamedOnceAndWellFormed()
    {
        Assert.InRange(Catalogue.All.Count, 20, 40);
        Assert.Distinct(Catalogue.All.Select(entry => entry.ShortName));
        Assert.All(Catalogue.All, entry =>
        {
            Assert.Equal(entry.Repository, HubModelId.Parse(entry.Repository).Repository);
            Assert.Contains(entry.Kind, (string[])["reranker", "embedder"]);
            Assert.All(entry.Weights, weights => Assert.Contains(weights, (string[])["safetensors", "onnx"]));
            Assert.True(entry.Parameters > 0 && entry.Tokens is null or > 0, entry.Repository);
            Assert.NotEmpty(entry.Purpose);
        });
        Assert.Equal("BAAI/bge-m3", Catalogue.Find("BGE-M3")?.Repository);
        Assert.Equal("ONNX only", Catalogue.Find("bge-m3")?.Runs);
    }

    private void Connect(CommandLine cli)
    {
        cli.Environment["HF_ENDPOINT"] = _hub.Address.AbsoluteUri;
        cli.Environment["HF_HUB_CACHE"] = cli.At("hub");
        cli.Environment["HOME"] = cli.Folder;
    }
}
