using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Resift.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the paths of a reranking and embedding server.</summary>
public static class ResiftEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the paths of all dialects, as <c>docs/server.md</c> lists them: rankings, embeddings, the list of models, and health.
    /// </summary>
    /// <param name="endpoints">Where they are mapped; a group gives all of them a prefix.</param>
    /// <returns>What adds conventions to all of them.</returns>
    /// <exception cref="InvalidOperationException">
    /// <c>AddResiftServer</c> was not called, or names no model, an alias of none, or a hash of a key that is none.
    /// </exception>
    public static IEndpointConventionBuilder MapResift(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var pipeline = services.GetService<RequestPipeline>() ??
            throw new InvalidOperationException("The container has no server; call services.AddResiftServer first.");
        var readiness = services.GetRequiredService<Readiness>();
        var facts = services.GetRequiredService<Facts>();
        var embeddings = services.GetRequiredService<EmbeddingWork>();
        var options = services.GetRequiredService<ResiftServerOptions>();
        var models = services.GetRequiredService<ServerModels>();
        var gate = services.GetRequiredService<WorkGate>();
        var time = services.GetRequiredService<TimeProvider>();
        var openAI = new OpenAIDialect();
        var group = endpoints.MapGroup("");

        foreach (var route in RerankRoute.All)
        {
            Post(route.Path, new RerankEndpoint(route, options, models, gate, time));
        }

        foreach (string prefix in (string[])["", "/openai"])
        {
            Post($"{prefix}/v1/embeddings", new OpenAIEmbeddingsEndpoint(openAI, embeddings));
            Get($"{prefix}/v1/models", context => pipeline.GetAsync(context, openAI, facts.Models));
        }

        foreach (string prefix in (string[])["", "/tei"])
        {
            Post($"{prefix}/embed", new TeiEmbedEndpoint(embeddings));
            Get($"{prefix}/info", context => pipeline.GetAsync(context, RerankRoute.Tei, facts.Info));
        }

        foreach (string prefix in (string[])["", "/tei", "/vllm", "/llamacpp", "/infinity"])
        {
            Get($"{prefix}/health", readiness.AnswerAsync);
        }

        Post("/resift/rerank", services.GetRequiredService<ResiftRerankEndpoint>());
        Post("/resift/search", services.GetRequiredService<SearchEndpoint>());
        Get("/resift/info", context => pipeline.GetAsync(context, ResiftDialect.Instance, facts.Abilities));
        Get("/health/ready", readiness.AnswerAsync);
        Get("/health/live", Readiness.AnswerAliveAsync);
        return group;

        void Post(string path, ServerEndpoint endpoint) =>
            group.MapPost(path, (RequestDelegate)(context => pipeline.PostAsync(context, endpoint)));

        void Get(string path, RequestDelegate answer) => group.MapGet(path, answer);
    }
}
