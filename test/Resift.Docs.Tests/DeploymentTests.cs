using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Resift.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Resift.Docs.Tests;

/// <summary>What lies in <c>deploy</c> is read by the tools that will read it, and is of one mind.</summary>
public sealed partial class DeploymentTests
{
    private const string User = "1654";

    // How long requests under way may take to end, as docs/server.md says.
    private const int ShutdownSeconds = 20;

    private static readonly string[] _healthCommand = ["dotnet", "/app/Resift.Cli.dll", "serve", "--check"];

    [Fact]
    public async Task Kubernetes_ReadStrictly_RunsOneWhoCanWriteNothing()
    {
        var objects = await KubernetesYaml.LoadAllFromFileAsync(TestData.InRepository("deploy/kubernetes/resift.yaml"), strict: true);
        var deployment = Assert.Single(objects.OfType<V1Deployment>());
        var service = Assert.Single(objects.OfType<V1Service>());
        var budget = Assert.Single(objects.OfType<V1PodDisruptionBudget>());
        var pod = deployment.Spec.Template;
        var container = Assert.Single(pod.Spec.Containers);

        Assert.All(
            new[] { service.Spec.Selector, budget.Spec.Selector.MatchLabels, deployment.Spec.Selector.MatchLabels },
            selector => Assert.Equal(selector, pod.Metadata.Labels));
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.Equal(User, $"{pod.Spec.SecurityContext.RunAsUser}");
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Equal(_healthCommand, container.StartupProbe.Exec.Command);
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal(Assert.Single(container.Ports).Name, container.ReadinessProbe.HttpGet.Port.Value);
        Assert.Equal(Assert.Single(container.Ports).Name, Assert.Single(service.Spec.Ports).TargetPort.Value);
        Assert.True(pod.Spec.TerminationGracePeriodSeconds > ShutdownSeconds + container.Lifecycle.PreStop.Sleep.Seconds);
        Assert.True(container.Resources.Limits.ContainsKey("memory"));
    }

    [Fact]
    public async Task KubernetesJob_ReadStrictly_DoesAllPartsOnceEach()
    {
        var objects = await KubernetesYaml.LoadAllFromFileAsync(TestData.InRepository("deploy/batch/kubernetes-job.yaml"), strict: true);
        var job = Assert.IsType<V1Job>(Assert.Single(objects));
        var pod = job.Spec.Template.Spec;
        var container = Assert.Single(pod.Containers);

        Assert.Equal("Indexed", job.Spec.CompletionMode);
        Assert.Contains($"$(JOB_COMPLETION_INDEX)/{job.Spec.Completions}", container.Args);
        Assert.Contains("--resume", container.Args);
        Assert.Equal(User, $"{pod.SecurityContext.RunAsUser}");
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(Assert.Single(pod.Volumes).Name, Assert.Single(container.VolumeMounts).Name);
    }

    [Fact]
    public async Task Kubernetes_WithAFieldThatIsNone_IsRefused()
    {
        string text = await File.ReadAllTextAsync(
            TestData.InRepository("deploy/kubernetes/resift.yaml"), TestContext.Current.CancellationToken);

        string wrong = text.Replace("replicas:", "replica:", StringComparison.Ordinal);

        Assert.ThrowsAny<YamlException>(() => KubernetesYaml.LoadAllFromString(wrong, strict: true));
    }

    [Fact]
    public void Compose_Read_RunsTheImageAsKubernetesDoes()
    {
        using var reader = File.OpenText(TestData.InRepository("deploy/compose.yaml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        var service = (YamlMappingNode)yaml.Documents[0].RootNode["services"]["resift"];

        Assert.Equal(User, service["user"].ToString());
        Assert.Equal("true", service["read_only"].ToString());
        Assert.Equal(["ALL"], ((YamlSequenceNode)service["cap_drop"]).Select(node => node.ToString()));
        Assert.Equal(["no-new-privileges:true"], ((YamlSequenceNode)service["security_opt"]).Select(node => node.ToString()));
        Assert.Equal(["CMD", .. _healthCommand], ((YamlSequenceNode)service["healthcheck"]["test"]).Select(node => node.ToString()));
        Assert.Contains("RESIFT_API_KEY:?", service["environment"]["RESIFT_API_KEY"].ToString(), StringComparison.Ordinal);
        Assert.True(int.Parse(service["stop_grace_period"].ToString().TrimEnd('s'), null) > ShutdownSeconds);
        Assert.True(File.Exists(Path.Combine(TestData.InRepository("deploy"), service["build"]["context"].ToString(),
            service["build"]["dockerfile"].ToString())));
    }

    [Fact]
    public async Task Dockerfile_Linted_HasNothingToBlame()
    {
        string folder = await ExternalProgram.InstallNodePackagesAsync("test/lint");

        var (code, output) = await ExternalProgram.RunAsync(
            "node", folder, "node_modules/dockerfilelint/bin/dockerfilelint", TestData.InRepository("deploy/Dockerfile"));

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Dockerfile_Read_RunsWhatTheOthersAsk()
    {
        string text = await File.ReadAllTextAsync(TestData.InRepository("deploy/Dockerfile"), TestContext.Current.CancellationToken);

        Assert.Contains($"\nUSER {User}\n", text, StringComparison.Ordinal);
        Assert.Contains(string.Join(", ", _healthCommand.Select(word => $"\"{word}\"")), text, StringComparison.Ordinal);
        Assert.Contains("-chiseled\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unit_OfSystemd_IsVerifiedAndSafe()
    {
        using var folder = new TemporaryUnit(await File.ReadAllTextAsync(
            TestData.InRepository("deploy/resift.service"), TestContext.Current.CancellationToken));

        var verify = await ExternalProgram.RunAsync("systemd-analyze", folder.Path, "verify", "--man=no", "./resift.service");
        var security = await ExternalProgram.RunAsync(
            "systemd-analyze", folder.Path, "security", "--offline=true", "--threshold=20", "--no-pager", "./resift.service");

        Assert.DoesNotContain("resift.service:", verify.Output, StringComparison.Ordinal);
        Assert.Equal(0, verify.Code);
        Assert.True(security.Code == 0, security.Output);
    }

    [GeneratedRegex("^ExecStart=(/[^ ]+)", RegexOptions.Multiline)]
    private static partial Regex Program();

    // The unit with a program that every machine has, since a program that is none is an error.
    private sealed class TemporaryUnit : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-unit-");

        public TemporaryUnit(string text) =>
            File.WriteAllText(System.IO.Path.Combine(Path, "resift.service"), Program().Replace(text, "ExecStart=/bin/true"));

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
